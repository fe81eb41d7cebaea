using Edge.Hosting.Lifetime;
using Microsoft.AspNetCore.Http;

namespace Edge.Hosting.Http;

/// <summary>/healthz: the process answers, and says which build it is. /readyz: it takes new sessions.</summary>
/// <param name="drain">Whether it drains.</param>
/// <param name="isReady">Whether it takes sessions otherwise; null: it does.</param>
public sealed class HealthEndpoints(DrainState drain, Func<bool>? isReady = null)
{
    private const string Methods = "GET, HEAD";

    private static readonly string Healthy =
        $"ok\nversion {ProcessVersion.Text}\ncommit {ProcessVersion.Commit}\n";

    /// <summary>Answers whichever of the two paths was asked for.</summary>
    public Task HandleHealthAsync(HttpContext context) =>
        IsRead(context)
            ? Responses.WriteTextAsync(context, StatusCodes.Status200OK, Healthy)
            : Responses.WriteMethodNotAllowedAsync(context, Methods);

    /// <summary>503 from the moment a drain begins, so that balancers look elsewhere.</summary>
    public Task HandleReadyAsync(HttpContext context)
    {
        if (!IsRead(context))
        {
            return Responses.WriteMethodNotAllowedAsync(context, Methods);
        }

        var reason =
            drain.IsDraining ? "draining\n"
            : isReady is null || isReady() ? null
            : "nobody takes sessions now\n";
        return reason is null
            ? Responses.WriteTextAsync(context, StatusCodes.Status200OK, "ready\n")
            : Responses.WriteTextAsync(context, StatusCodes.Status503ServiceUnavailable, reason);
    }

    private static bool IsRead(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return HttpMethods.IsGet(context.Request.Method)
            || HttpMethods.IsHead(context.Request.Method);
    }
}
