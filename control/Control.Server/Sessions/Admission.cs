using Control.Server.Apps;
using Control.Server.Http;
using Edge.Hosting.Http;

namespace Control.Server.Sessions;

/// <summary>The gate before every request for a session: rate of the remote, form of the
/// path, credentials, rate of the app, in this order, so that the cheapest refusal comes first and an
/// unknown caller cannot use up an app's rate.</summary>
internal sealed class Admission(AppDirectory apps, RequestLimiter limiter)
{
    private const string TooMany = "Too many requests; wait, then try again.";

    /// <summary>Lets a POST pass, or writes the refusal and returns false.</summary>
    public Task<bool> TryEnterAsync(HttpContext context, StreamRoute route, StreamAction action)
    {
        var bearer = BearerHeader.Read(context.Request.Headers.Authorization);
        return TryPassAsync(
            context,
            route,
            () => apps.CheckEntry(bearer, route.AppId, route.Name, action)
        );
    }

    /// <summary>Lets a PATCH, DELETE or report pass, or writes the refusal and returns false.</summary>
    public Task<bool> TryUseSessionAsync(
        HttpContext context,
        StreamRoute route,
        StreamAction action
    )
    {
        var bearer = BearerHeader.Read(context.Request.Headers.Authorization);
        return TryPassAsync(
            context,
            route,
            () => apps.CheckSession(bearer, route.AppId, route.Name, action)
        );
    }

    /// <summary>Looks again, now that a session was made: when its app is gone meanwhile, writes the refusal
    /// and returns false.</summary>
    public async Task<bool> TryStayAsync(HttpContext context, StreamRoute route)
    {
        if (apps.Exists(route.AppId))
        {
            return true;
        }

        await WriteRefusalAsync(context, AccessVerdict.Invalid);
        return false;
    }

    private async Task<bool> TryPassAsync(
        HttpContext context,
        StreamRoute route,
        Func<AccessVerdict> check
    )
    {
        if (!limiter.TryTakeRemote(context.Connection.RemoteIpAddress, out var retryAfter))
        {
            await Responses.WriteProblemAsync(context, 429, TooMany, retryAfter);
            return false;
        }

        if (!route.HasValidName || !route.IsPlausible)
        {
            await Responses.WriteProblemAsync(
                context,
                StatusCodes.Status400BadRequest,
                $"A stream's name is 1-{StreamRoute.NameLengthMax} letters, digits or '-', '.', '_', '~'."
            );
            return false;
        }

        var verdict = check();
        if (verdict != AccessVerdict.Granted)
        {
            await WriteRefusalAsync(context, verdict);
            return false;
        }

        if (!limiter.TryTakeApp(route.AppId, out retryAfter))
        {
            await Responses.WriteProblemAsync(context, 429, TooMany, retryAfter);
            return false;
        }

        return true;
    }

    // RFC 6750 §3: no error code when the request has no credentials at all.
    private static Task WriteRefusalAsync(HttpContext context, AccessVerdict verdict)
    {
        var (status, challenge, detail) = verdict switch
        {
            AccessVerdict.Missing => (
                StatusCodes.Status401Unauthorized,
                "Bearer",
                "Send the app's secret, or a token for this stream, as 'Authorization: Bearer ...'."
            ),
            AccessVerdict.Expired => (
                StatusCodes.Status401Unauthorized,
                "Bearer error=\"invalid_token\"",
                "The token has expired."
            ),
            AccessVerdict.NotYetValid => (
                StatusCodes.Status401Unauthorized,
                "Bearer error=\"invalid_token\"",
                "The token is not valid yet (nbf)."
            ),
            AccessVerdict.Revoked => (
                StatusCodes.Status401Unauthorized,
                "Bearer error=\"invalid_token\"",
                "The token was revoked."
            ),
            AccessVerdict.OutOfScope => (
                StatusCodes.Status403Forbidden,
                "Bearer error=\"insufficient_scope\"",
                "The token is for another stream or another action."
            ),
            AccessVerdict.Granted or AccessVerdict.Invalid or _ => (
                StatusCodes.Status401Unauthorized,
                "Bearer error=\"invalid_token\"",
                "The bearer is neither the app's secret nor a valid token of it, or there is no such app."
            ),
        };
        context.Response.Headers.WWWAuthenticate = challenge;
        return Responses.WriteProblemAsync(context, status, detail);
    }
}
