using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Control.Server.Apps;

/// <summary>Tokens that an app's owner signs with the app's secret: JWTs (RFC 7519) of algorithm HS256
/// and no other. One kind for all of the API: an encoder's key for one stream, a browser's for its
/// session.</summary>
/// <remarks>Ours, not a library's: Microsoft.IdentityModel.JsonWebTokens refuses HS256 keys under 32
/// bytes, and `dev-secret` is shorter. One algorithm and a dozen claims need no library.</remarks>
internal static class AppToken
{
    /// <summary>Chosen: clocks of two machines that are set by NTP differ by less.</summary>
    public static readonly TimeSpan ClockSkewMax = TimeSpan.FromSeconds(30);

    /// <summary>Chosen: a token of ours has about 300 characters; the rest is for many names, and for
    /// claims of others.</summary>
    public const int LengthMax = 4096;

    private const string Header = """{"alg":"HS256","typ":"JWT"}""";
    private const int SignatureBytes = 32;

    /// <summary>Whether a text has the form of a token, good or bad.</summary>
    public static bool HasForm(string text) => text.AsSpan().Count('.') == 2;

    /// <summary>Reads the claims of a token signed with a secret; null when it is not.</summary>
    public static AppTokenClaims? TryRead(string token, string secret)
    {
        var signatureStart = token.LastIndexOf('.') + 1;
        if (token.Length > LengthMax || !HasForm(token) || signatureStart < 2)
        {
            return null;
        }

        var signed = token.AsSpan(0, signatureStart - 1);
        if (!HasSignature(signed, token.AsSpan(signatureStart), secret))
        {
            return null;
        }

        var headerEnd = signed.IndexOf('.');
        return
            TryDecode(signed[..headerEnd]) is { } header
            && IsHs256(header)
            && TryDecode(signed[(headerEnd + 1)..]) is { } payload
            ? AppTokenReader.TryParse(payload)
            : null;
    }

    /// <summary>Signs claims with a secret.</summary>
    public static string Sign(AppTokenClaims claims, string secret)
    {
        var header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Header));
        var signed = $"{header}.{Base64Url.EncodeToString(claims.ToJson())}";
        var signature = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(secret),
            Encoding.UTF8.GetBytes(signed)
        );
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static bool HasSignature(
        ReadOnlySpan<char> signed,
        ReadOnlySpan<char> signature,
        string secret
    )
    {
        if (TryDecode(signature) is not { Length: SignatureBytes } given)
        {
            return false;
        }

        var text = Encoding.UTF8.GetBytes(signed.ToString());
        var right = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), text);
        return CryptographicOperations.FixedTimeEquals(right, given);
    }

    private static bool IsHs256(byte[] header)
    {
        try
        {
            using var document = JsonDocument.Parse(header, new() { MaxDepth = 4 });
            var root = document.RootElement;
            var count = 0;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            foreach (var member in root.EnumerateObject())
            {
                // RFC 7515 §4.1.11: a header with critical extensions we do not know is refused.
                if (member.NameEquals("crit"))
                {
                    return false;
                }

                count += member.NameEquals("alg") ? 1 : 0;
            }

            return count == 1
                && root.GetProperty("alg") is { ValueKind: JsonValueKind.String } algorithm
                && algorithm.ValueEquals("HS256");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is what names and values throw that are no UTF-16 once unescaped.
            return false;
        }
    }

    private static byte[]? TryDecode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var length)
            ? bytes[..length]
            : null;
    }
}
