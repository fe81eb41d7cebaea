using System.Collections.Immutable;
using Control.Server.Apps;
using Control.Server.Http;
using Control.Server.Http.OpenApi;

namespace Control.Server.Sessions;

/// <summary>WHIP and WHEP in the API's own description.</summary>
internal static class StreamApi
{
    private const string Stream = "/v1/apps/{appId}/";

    /// <summary>The endpoint of a stream.</summary>
    public static ApiOperation OfEndpoint(StreamProtocol protocol)
    {
        var isWhip = protocol.Action == StreamAction.Publish;
        return new(
            protocol.Segment,
            "POST",
            $"{Stream}{protocol.Segment}/{{name}}",
            isWhip ? "Publish a stream (RFC 9725)." : "Play a stream (draft-ietf-wish-whep-04)."
        )
        {
            Tag = protocol.Segment,
            HasProblems = true,
            RequestType = SdpBody.SdpType,
            Result = new(StatusCodes.Status201Created, ContentType: SdpBody.SdpType),
        };
    }

    /// <summary>The resource of a session.</summary>
    public static ImmutableArray<ApiOperation> OfSession(StreamProtocol protocol)
    {
        var path = $"{Stream}{protocol.Segment}/{{name}}/{{sessionId}}";
        var patch = new ApiOperation(
            $"{protocol.Segment}Patch",
            "PATCH",
            path,
            "Add candidates, or restart ICE; wants If-Match."
        )
        {
            Tag = protocol.Segment,
            IsProtected = false,
            HasProblems = true,
            RequestType = SdpBody.FragmentType,
            Result = new(StatusCodes.Status200OK, ContentType: SdpBody.FragmentType),
        };
        return
        [
            patch,
            patch with
            {
                Id = $"{protocol.Segment}Delete",
                Method = "DELETE",
                Summary = "End the session.",
                RequestType = null,
                Result = new(StatusCodes.Status200OK, ContentType: null),
            },
            patch with
            {
                Id = $"{protocol.Segment}Read",
                Method = "GET",
                Summary = "A report of the session, with Accept: application/json.",
                RequestType = null,
                Result = new(
                    StatusCodes.Status200OK,
                    static () => ControlJsonContext.Default.SessionReport
                ),
            },
        ];
    }
}
