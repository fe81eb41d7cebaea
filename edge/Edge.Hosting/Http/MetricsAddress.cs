using System.Net;
using Edge.Hosting.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Edge.Hosting.Http;

/// <summary>EDGE_METRICS: an address of a process with /metrics and nothing else, for a Prometheus on another machine.
/// EDGE_ADMIN stays on loopback, where only scripts and probes of the machine reach it.</summary>
public static class MetricsAddress
{
    /// <summary>Marks its connections.</summary>
    private static readonly object Key = new();

    /// <summary>Has Kestrel listen on it, if there is one.</summary>
    public static void Listen(KestrelServerOptions kestrel, IPEndPoint? address)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        if (address is not null)
        {
            kestrel.Listen(address, Mark);
        }
    }

    /// <summary>Answers its requests, before anything else sees them.</summary>
    public static void Map(IApplicationBuilder app, MetricsPage metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        app.MapWhen(
            IsMarked,
            marked =>
                marked.Run(context =>
                    context.Request.Path == "/metrics"
                        ? metrics.HandleAsync(context)
                        : Responses.WriteProblemAsync(
                            context,
                            StatusCodes.Status404NotFound,
                            "There is nothing here but /metrics."
                        )
                )
        );
    }

    private static void Mark(ListenOptions listen) =>
        listen.Use(next =>
            connection =>
            {
                connection.Items[Key] = true;
                return next(connection);
            }
        );

    private static bool IsMarked(HttpContext context) =>
        context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(Key) == true;
}
