using Control.Server.Http.OpenApi;
using Control.Server.Sessions;

namespace Control.Server.Whep;

/// <summary>Where the extensions of WHEP are served, below the session that the 201 named.</summary>
internal static class PlayerEndpoints
{
    private const string Path = "/whep/{name}/{sessionId}";
    private const string Described = "/v1/apps/{appId}" + Path;

    /// <summary>Maps them under both prefixes.</summary>
    public static void Map(IEndpointRouteBuilder routes, PlayerExtensions players)
    {
        foreach (var prefix in StreamRoute.Prefixes)
        {
            var session = $"{prefix}/{{appId}}{Path}";
            routes
                .Map(session + "/layer", context => players.HandleLayerAsync(context, prefix))
                .WithMetadata(
                    OfLayer(),
                    Of("whepAutomaticLayer", "DELETE", "/layer", "Leave the choice to the server.")
                );
            routes
                .Map(session + "/sse", context => players.HandleEventsAsync(context, prefix))
                .WithMetadata(
                    Of("whepEvents", "POST", "/sse", "Open a stream of events.") with
                    {
                        IsRequestOptional = true,
                        Result = new(StatusCodes.Status201Created, ContentType: null),
                    }
                );
            routes
                .Map(
                    session + "/sse/{eventsId}",
                    context => players.HandleStreamAsync(context, prefix)
                )
                .WithMetadata(
                    Of("whepReadEvents", "GET", "/sse/{eventsId}", "Read it.") with
                    {
                        Result = new(StatusCodes.Status200OK, ContentType: "text/event-stream"),
                    },
                    Of("whepDeleteEvents", "DELETE", "/sse/{eventsId}", "End it.")
                );
        }
    }

    private static ApiOperation OfLayer() =>
        Of("whepLayer", "POST", "/layer", "Choose a layer; nothing but mediaId: automatic.") with
        {
            Request = LayerBody.Shape,
        };

    private static ApiOperation Of(string id, string method, string path, string summary) =>
        new(id, method, Described + path, summary)
        {
            Tag = "whep",
            IsProtected = false,
            HasProblems = true,
            Result = new(StatusCodes.Status200OK, ContentType: null),
        };
}
