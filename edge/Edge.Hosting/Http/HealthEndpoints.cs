using Edge.Hosting.Lifetime;
using Microsoft.AspNetCore.Http;

namespace Edge.Hosting.Http;

/// <summary>/healthz: the process answers. /readyz: it takes new sessions.</summary>
public sealed class HealthEndpoints(DrainState drain)
{
    private const string Methods = "GET, HEAD";

    /// <summary>Answers whichever of the two paths was asked for.</summary>
    public Task HandleHealthAsync(HttpContext context) =>
        IsRead(context)
            ? Responses.WriteTextAsync(context, StatusCodes.Status200OK, "ok\n")
            : Responses.WriteMethodNotAllowedAsync(context, Methods);

    /// <summary>503 from the moment a drain begins, so that balancers look elsewhere.</summary>
    public Task HandleReadyAsync(HttpContext context)
    {
        if (!IsRead(context))
        {
            return Responses.WriteMethodNotAllowedAsync(context, Methods);
        }

        return drain.IsDraining
            ? Responses.WriteTextAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                "draining\n"
            )
            : Responses.WriteTextAsync(context, StatusCodes.Status200OK, "ready\n");
    }

    private static bool IsRead(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return HttpMethods.IsGet(context.Request.Method)
            || HttpMethods.IsHead(context.Request.Method);
    }
}
