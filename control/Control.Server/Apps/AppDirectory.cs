using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Control.Server.Settings;

namespace Control.Server.Apps;

/// <summary>The apps of this process and the check of what callers present. Immutable; any thread.</summary>
internal sealed class AppDirectory
{
    private readonly Dictionary<string, ImmutableArray<AppSecret>> _apps;
    private readonly ImmutableArray<AppSecret> _nobody;
    private readonly TimeProvider _time;

    public AppDirectory(ImmutableArray<AppCredential> apps, TimeProvider time)
    {
        _time = time;
        _apps = new(StringComparer.Ordinal);
        foreach (var app in apps)
        {
            var others = _apps.TryGetValue(app.AppId, out var found) ? found : [];
            _apps[app.AppId] = others.Add(new AppSecret(app.Secret, Digest(app.Secret)));
        }

        // What an unknown app is compared with, so that it takes as long to refuse as a known one.
        var nobody = RandomNumberGenerator.GetHexString(32);
        _nobody = [new AppSecret(nobody, Digest(nobody))];
    }

    /// <summary>Whether a bearer may start an action on a stream of an app.</summary>
    public AccessVerdict CheckEntry(
        string? bearer,
        string appId,
        string stream,
        StreamAction action
    )
    {
        var verdict = Check(bearer, appId, stream, action, out var claims);
        if (verdict != AccessVerdict.Granted || claims is null)
        {
            return verdict;
        }

        var now = _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        var skew = StreamToken.ClockSkewMax.TotalSeconds;
        if (now >= claims.ExpiresAt + skew)
        {
            return AccessVerdict.Expired;
        }

        return now < claims.NotBefore - skew ? AccessVerdict.Invalid : AccessVerdict.Granted;
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
    ) => bearer is null ? AccessVerdict.Granted : Check(bearer, appId, stream, action, out _);

    private AccessVerdict Check(
        string? bearer,
        string appId,
        string stream,
        StreamAction action,
        out StreamTokenClaims? claims
    )
    {
        claims = null;
        if (string.IsNullOrEmpty(bearer))
        {
            return AccessVerdict.Missing;
        }

        var isKnown = _apps.TryGetValue(appId, out var found);
        var secrets = isKnown ? found : _nobody;
        if (IsSecret(bearer, secrets))
        {
            return AccessVerdict.Granted;
        }

        if (!StreamToken.HasForm(bearer) || FindClaims(bearer, secrets) is not { } read)
        {
            return AccessVerdict.Invalid;
        }

        if (!string.Equals(read.App, appId, StringComparison.Ordinal))
        {
            return AccessVerdict.Invalid;
        }

        claims = read;
        var name = action == StreamAction.Publish ? "publish" : "play";
        var isInScope =
            string.Equals(read.Stream, stream, StringComparison.Ordinal)
            && string.Equals(read.Action, name, StringComparison.Ordinal);
        return isInScope ? AccessVerdict.Granted : AccessVerdict.OutOfScope;
    }

    private static bool IsSecret(string bearer, ImmutableArray<AppSecret> secrets)
    {
        // Digests have one length and nothing the caller can steer, so comparing them tells nothing.
        var digest = Digest(bearer);
        var isFound = false;
        foreach (var secret in secrets)
        {
            isFound |= CryptographicOperations.FixedTimeEquals(digest, secret.Digest);
        }

        return isFound;
    }

    private static StreamTokenClaims? FindClaims(string token, ImmutableArray<AppSecret> secrets)
    {
        foreach (var secret in secrets)
        {
            if (StreamToken.TryRead(token, secret.Text) is { } claims)
            {
                return claims;
            }
        }

        return null;
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private sealed record AppSecret(string Text, byte[] Digest);
}
