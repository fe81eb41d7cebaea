using Control.Server.Http;
using Edge.Hosting.Http;
using Microsoft.Net.Http.Headers;

namespace Control.Server.Sessions;

/// <summary>Takes the body of a POST or PATCH, or writes why not.</summary>
internal static class SdpBody
{
    /// <summary>The type of offers and answers.</summary>
    public const string SdpType = "application/sdp";

    /// <summary>The type of ICE fragments, RFC 8840 §9.</summary>
    public const string FragmentType = "application/trickle-ice-sdpfrag";

    /// <summary>Chosen: the largest browser offers (20 sections) have 40 KB.</summary>
    public const int BytesMax = 64 * 1024;

    /// <summary>Chosen: OBS gives up a request after 8 s.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(8);

    /// <summary>Reads the body; null when a refusal was written instead.</summary>
    public static async Task<string?> TryReadAsync(
        HttpContext context,
        string type,
        TimeProvider time
    )
    {
        if (!HasType(context.Request, type))
        {
            await Responses.WriteProblemAsync(
                context,
                StatusCodes.Status415UnsupportedMediaType,
                $"The body must have 'Content-Type: {type}', and no Content-Encoding."
            );
            return null;
        }

        var text = await TextBody.TryReadAsync(context, BytesMax, Timeout, time);
        if (text is not "")
        {
            return text;
        }

        await Responses.WriteProblemAsync(
            context,
            StatusCodes.Status400BadRequest,
            "The body is empty; an SDP text is expected."
        );
        return null;
    }

    // RFC 9110 §8.3.1: types compare without case; parameters do not matter here.
    private static bool HasType(HttpRequest request, string type) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var given)
        && given.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)
        && request.Headers.ContentEncoding.Count == 0;
}
