using System.Diagnostics.CodeAnalysis;
using System.Net;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings;
using Microsoft.AspNetCore.Http;

namespace Edge.Hosting.Http;

/// <summary>POST /drain on EDGE_ADMIN: what SIGTERM does, for scripts of the same machine.</summary>
public sealed class DrainEndpoint(DrainState drain)
{
    private const string Deadline = "deadline";

    /// <summary>Begins the drain; answers 202 before it is over.</summary>
    /// <remarks>
    /// <c>?deadline=SECONDS</c> says how long it may last, in place of EDGE_DRAIN_SECONDS. When a drain has begun already it can
    /// make that less, not more. The path has no credentials, so the request must come from this machine, and not from
    /// a web page in a browser of this machine: those send Origin with each POST.
    /// </remarks>
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

        if (!TryRead(context.Request.Query, out var within, out var problem))
        {
            return Responses.WriteProblemAsync(context, StatusCodes.Status400BadRequest, problem);
        }

        drain.Begin(within);
        return Responses.WriteTextAsync(context, StatusCodes.Status202Accepted, "draining\n");
    }

    /// <summary>A word that is not known is refused like a wrong number: a slip would mean another deadline.</summary>
    private static bool TryRead(
        IQueryCollection query,
        out TimeSpan? within,
        [NotNullWhen(false)] out string? problem
    )
    {
        within = null;
        problem = null;
        foreach (var (name, values) in query)
        {
            if (!string.Equals(name, Deadline, StringComparison.Ordinal))
            {
                problem = $"POST /drain takes no parameter but {Deadline}.";
            }
            else if (
                values is [{ } text]
                && SettingText.ToNumber(text, 0, DrainState.SecondsMax) is { } seconds
            )
            {
                within = TimeSpan.FromSeconds(seconds);
            }
            else
            {
                problem =
                    $"{Deadline} is said once, as a whole number of seconds from 0 to {DrainState.SecondsMax}.";
            }
        }

        return problem is null;
    }
}
