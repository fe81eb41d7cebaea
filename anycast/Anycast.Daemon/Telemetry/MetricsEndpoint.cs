using Edge.Hosting.Http;
using Microsoft.AspNetCore.Http;

namespace Anycast.Daemon.Telemetry;

/// <summary>/metrics on EDGE_ADMIN.</summary>
/// <param name="write">Writes the text of this moment.</param>
internal sealed class MetricsEndpoint(Func<string> write)
{
    /// <summary>Answers.</summary>
    public Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var isRead =
            HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        return isRead
            ? Responses.WriteTextAsync(
                context,
                StatusCodes.Status200OK,
                write(),
                MetricsText.ContentType
            )
            : Responses.WriteMethodNotAllowedAsync(context, "GET, HEAD");
    }
}
