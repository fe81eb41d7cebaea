using Control.Contract;
using Control.Server.Apps;

namespace Control.Server.Calls;

/// <summary>The first look at every request: whose are the credentials, is there room for the app and the
/// session. Nothing is looked up before the credentials are right.</summary>
/// <remarks>An address that sends many wrong credentials is held up with those alone: others behind the same
/// address, and the app's own server, come through.</remarks>
internal sealed class CallsGate(AppDirectory apps, CallsLimiter limiter)
{
    private const int AppIdLengthMax = 64;

    /// <summary>Lets a request in, or says why not.</summary>
    public CallsAnswer? TryEnter(HttpContext context, SessionKey session, out Caller? caller)
    {
        var bearer = BearerHeader.Read(context.Request.Headers.Authorization);
        var appId = session.AppId.Length <= AppIdLengthMax ? session.AppId : "";
        (var verdict, caller) = apps.Authenticate(bearer, appId);
        if (caller is null)
        {
            return limiter.Refuse(context.Connection.RemoteIpAddress, Refuse(verdict));
        }

        return limiter.TryTake(session, out var retryAfter)
            ? null
            : CallsAnswer.RefuseForNow(
                StatusCodes.Status429TooManyRequests,
                CallsErrors.TooManyRequests,
                "Too many requests; wait, then go on.",
                retryAfter
            );
    }

    /// <summary>Whether a caller may ask for an operation at all; null when it may.</summary>
    public static CallsAnswer? CheckScope(Caller caller, CallsScope scope)
    {
        if (caller.Claims is not { } claims)
        {
            return null;
        }

        var isAllowed = scope switch
        {
            CallsScope.NewToken => claims.IsInvitation,
            _ when claims.IsInvitation => false,
            CallsScope.App => false,
            CallsScope.Group => claims.Group is not null,
            CallsScope.NewSession => claims.Session is null
                && !(claims.Publish.IsNone && claims.Pull.IsNone),
            CallsScope.Session => true,
            _ => throw new InvalidOperationException($"There is no scope {scope}."),
        };
        return isAllowed
            ? null
            : CallsAnswer.Refuse(
                StatusCodes.Status403Forbidden,
                CallsErrors.Forbidden,
                claims.IsInvitation
                    ? "An invitation only makes tokens: POST tokens, then come with the one you get."
                    : "The token does not allow this; the app's secret does."
            );
    }

    /// <summary>The refusal of who has no right credentials.</summary>
    public static CallsAnswer Refuse(AccessVerdict verdict) =>
        CallsAnswer.Refuse(
            StatusCodes.Status401Unauthorized,
            CallsErrors.Unauthorized,
            verdict switch
            {
                AccessVerdict.Missing =>
                    "Send the app's secret, or a token of the app, as 'Authorization: Bearer ...'.",
                AccessVerdict.Expired => "The token has expired (exp).",
                AccessVerdict.NotYetValid => "The token is not valid yet (nbf).",
                AccessVerdict.Revoked => "The token was revoked.",
                AccessVerdict.Invalid or AccessVerdict.Granted or AccessVerdict.OutOfScope or _ =>
                    "The bearer is neither the app's secret nor a valid token of it, or there is no such app.",
            }
        );
}
