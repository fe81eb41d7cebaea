using System.Collections.Immutable;
using Control.Contract.Calls;
using Control.Server.Calls.Wire;
using Control.Server.Http;
using Control.Server.Http.OpenApi;
using Control.Server.Lifetime;
using Control.Server.Sessions;
using Edge.Hosting.Lifetime;

namespace Control.Server.Calls;

/// <summary>Maps the session API under both of its prefixes.</summary>
internal static class CallsEndpoints
{
    private const string Prefix = "/v1/apps";

    /// <summary>Maps every operation of a node.</summary>
    public static void Map(
        IEndpointRouteBuilder routes,
        ICallsNode node,
        CallsParts parts,
        CallsLimiter limiter,
        DrainState drain,
        ServerOptions options
    )
    {
        var limits = parts.Limits;
        var gate = new CallsGate(parts.Apps, limiter);
        var dispatcher = new CallsDispatcher(gate, node, limits, drain, options);
        var api = new CallsApi(
            new CallsShapes(limits),
            new SessionCalls(node, parts.Apps, limits),
            new TrackCalls(node),
            new DataChannelCalls(node),
            new EventCalls(node, parts, options.Time),
            new TokenCalls(parts.Store, options.Time)
        );
        foreach (
            var path in api.Operations().GroupBy(each => each.Api.Path, StringComparer.Ordinal)
        )
        {
            ImmutableArray<CallsOperation> operations = [.. path];
            foreach (var prefix in StreamRoute.Prefixes)
            {
                var endpoint = routes.Map(
                    prefix + path.Key[Prefix.Length..],
                    context => dispatcher.HandleAsync(context, operations)
                );
                foreach (var operation in operations)
                {
                    endpoint.WithMetadata(operation.Api);
                }
            }
        }

        foreach (var prefix in StreamRoute.Prefixes)
        {
            routes
                .Map(prefix + "/{appId}/{**rest}", WriteUnknownAsync)
                .WithMetadata(new UndocumentedApi("What is not there."));
        }
    }

    private static Task WriteUnknownAsync(HttpContext context)
    {
        Cors.AddHeaders(context.Response);
        return CallsWriter.WriteAsync(
            context,
            CallsAnswer.Refuse(
                StatusCodes.Status404NotFound,
                CallsErrors.NotFound,
                "There is nothing at this path."
            )
        );
    }
}
