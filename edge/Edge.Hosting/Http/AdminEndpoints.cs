using Edge.Hosting.Lifetime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Hosting.Http;

/// <summary>What EDGE_ADMIN of every process answers.</summary>
public static class AdminEndpoints
{
    /// <summary>Maps /healthz, /readyz and POST /drain.</summary>
    public static void Map(IEndpointRouteBuilder routes, HealthEndpoints health, DrainState drain)
    {
        ArgumentNullException.ThrowIfNull(health);
        routes.Map("/healthz", (RequestDelegate)health.HandleHealthAsync);
        routes.Map("/readyz", (RequestDelegate)health.HandleReadyAsync);
        routes.Map("/drain", (RequestDelegate)new DrainEndpoint(drain).HandleAsync);
    }
}
