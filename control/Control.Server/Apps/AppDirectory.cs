using System.Collections.Immutable;
using Control.Server.Apps.Credentials;

namespace Control.Server.Apps;

/// <summary>The check of what callers present against the apps there are. Threads: any.</summary>
internal sealed class AppDirectory(CredentialStore store, TimeProvider time)
{
    /// <summary>Whether an app is there. Asked again once a session of it was made: one that was deleted
    /// meanwhile keeps none.</summary>
    public bool Exists(string appId) => store.Find(CredentialKind.App, appId) is not null;

    /// <summary>Whether a bearer may start an action on a stream of an app.</summary>
    public AccessVerdict CheckEntry(
        string? bearer,
        string appId,
        string stream,
        StreamAction action
    )
    {
        var (verdict, caller) = Authenticate(bearer, appId);
        return caller is null || caller.IsApp ? verdict : CheckScope(caller, stream, action);
    }

    /// <summary>Whether a bearer may change or end a session it has the URL of.</summary>
    /// <remarks>The URL is unguessable and is itself the permission: Eyevinn's client sends no
    /// Authorization with DELETE. A bearer that is sent must be genuine; that a token has expired since
    /// the POST does not matter, or a long broadcast could not be ended by who began it.</remarks>
    public AccessVerdict CheckSession(
        string? bearer,
        string appId,
        string stream,
        StreamAction action
    )
    {
        if (bearer is null)
        {
            return AccessVerdict.Granted;
        }

        var (verdict, caller) = Identify(bearer, appId);
        return caller is null || caller.IsApp ? verdict : CheckScope(caller, stream, action);
    }

    /// <summary>Who a bearer stands for in an app, now.</summary>
    public Authentication Authenticate(string? bearer, string appId)
    {
        var found = Identify(bearer, appId);
        if (found.Caller is not { Claims: { } claims })
        {
            return found;
        }

        if (IsExpired(claims))
        {
            return new Authentication(AccessVerdict.Expired, null);
        }

        return Now < claims.NotBefore - AppToken.ClockSkewMax.TotalSeconds
            ? new Authentication(AccessVerdict.NotYetValid, null)
            : found;
    }

    /// <summary>Whether a caller who was let in would still be: the app is there, the token is neither expired
    /// nor revoked. For answers that go on for long.</summary>
    public bool StillGrants(Caller caller) =>
        Exists(caller.AppId)
        && (
            caller.Claims is not { } claims
            || !(
                IsExpired(claims)
                || IsRevoked(caller.AppId, claims.Id)
                || IsRevoked(caller.AppId, claims.Parent)
            )
        );

    private double Now => time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private bool IsExpired(AppTokenClaims claims) =>
        Now >= claims.ExpiresAt + AppToken.ClockSkewMax.TotalSeconds;

    private Authentication Identify(string? bearer, string appId)
    {
        if (string.IsNullOrEmpty(bearer))
        {
            return new Authentication(AccessVerdict.Missing, null);
        }

        var secrets = store.Find(CredentialKind.App, appId)?.Secrets ?? CredentialSecret.Nobody;
        if (CredentialSecret.IsAny(secrets, bearer))
        {
            return new Authentication(AccessVerdict.Granted, new Caller(appId, null, null));
        }

        var claims = AppToken.HasForm(bearer) ? FindClaims(bearer, secrets) : null;
        if (claims is null || !string.Equals(claims.App, appId, StringComparison.Ordinal))
        {
            return new Authentication(AccessVerdict.Invalid, null);
        }

        return IsRevoked(appId, claims.Id) || IsRevoked(appId, claims.Parent)
            ? new Authentication(AccessVerdict.Revoked, null)
            : new Authentication(AccessVerdict.Granted, Caller.From(claims, bearer));
    }

    private bool IsRevoked(string appId, string? tokenId) =>
        tokenId is not null && store.IsRevoked(appId, tokenId);

    private static AccessVerdict CheckScope(Caller caller, string stream, StreamAction action) =>
        caller.Claims!.Grants(stream, action) ? AccessVerdict.Granted : AccessVerdict.OutOfScope;

    private static AppTokenClaims? FindClaims(
        string token,
        ImmutableArray<CredentialSecret> secrets
    )
    {
        foreach (var secret in secrets)
        {
            if (AppToken.TryRead(token, secret.Text) is { } claims)
            {
                return claims;
            }
        }

        return null;
    }
}
