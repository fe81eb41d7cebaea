using Edge.Hosting.Lifetime;
using Edge.Hosting.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Hosting.Http;

/// <summary>What EDGE_ADMIN of every process answers.</summary>
public static class AdminEndpoints
{
    /// <summary>Maps /healthz, /readyz, POST /drain and /metrics.</summary>
    public static void Map(
        IEndpointRouteBuilder routes,
        HealthEndpoints health,
        DrainState drain,
        MetricsPage metrics
    )
    {
        ArgumentNullException.ThrowIfNull(health);
        ArgumentNullException.ThrowIfNull(metrics);
        routes.Map("/healthz", (RequestDelegate)health.HandleHealthAsync);
        routes.Map("/readyz", (RequestDelegate)health.HandleReadyAsync);
        routes.Map("/drain", (RequestDelegate)new DrainEndpoint(drain).HandleAsync);
        routes.Map("/metrics", (RequestDelegate)metrics.HandleAsync);
    }
}
