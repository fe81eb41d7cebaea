using System.Net;
using Edge.Hosting.Lifetime;
using Microsoft.AspNetCore.Http;

namespace Edge.Hosting.Http;

/// <summary>POST /drain on EDGE_ADMIN: what SIGTERM does, for scripts of the same machine.</summary>
public sealed class DrainEndpoint(DrainState drain)
{
    /// <summary>Begins the drain; answers 202 before it is over.</summary>
    /// <remarks>The path has no credentials, so the request must come from this machine, and not from
    /// a web page in a browser of this machine: those send Origin with each POST.</remarks>
    public Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return Responses.WriteMethodNotAllowedAsync(context, "POST");
        }

        var isFromHere =
            context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote);
        if (!isFromHere || context.Request.Headers.Origin.Count > 0)
        {
            return Responses.WriteProblemAsync(
                context,
                StatusCodes.Status403Forbidden,
                "A drain is asked for from the machine itself, and not by a web page."
            );
        }

        drain.Begin();
        return Responses.WriteTextAsync(context, StatusCodes.Status202Accepted, "draining\n");
    }
}
