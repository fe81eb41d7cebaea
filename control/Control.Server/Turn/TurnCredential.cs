using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Control.Server.Turn;

/// <summary>Time-limited TURN credentials, as coturn's use-auth-secret and other servers take them: the
/// user name begins with its expiry, the password is its MAC under a shared secret.</summary>
/// <remarks>Source: draft-uberti-behave-turn-rest-00 §2.2. HMAC-SHA1 is part of that form; as a MAC it
/// is not affected by SHA-1's collisions.</remarks>
internal static class TurnCredential
{
    private const char Separator = ':';

    /// <summary>A user name that is valid until an instant.</summary>
    public static string CreateUsername(DateTimeOffset expiresAt, string user) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{expiresAt.ToUnixTimeSeconds()}{Separator}{user}"
        );

    /// <summary>The password of a user name.</summary>
    public static string CreatePassword(string username, string secret) =>
#pragma warning disable CA5350 // The form of the credential fixes the algorithm, see above.
        Convert.ToBase64String(
            HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(username))
        );
#pragma warning restore CA5350

    /// <summary>Until when a user name is valid, in seconds since 1970; null when it is none of
    /// ours.</summary>
    public static long? FindExpiry(string username)
    {
        var end = username.IndexOf(Separator, StringComparison.Ordinal);
        return
            end > 0
            && long.TryParse(
                username.AsSpan(0, end),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var seconds
            )
            ? seconds
            : null;
    }
}
