using System.Diagnostics.CodeAnalysis;

namespace Edge.Protocol.Dtls;

/// <summary>A certificate's digest as SDP names it: <c>sha-256 AB:CD:…</c> (RFC 8122 §5).</summary>
/// <param name="Algorithm">The hash's name, lower case.</param>
/// <param name="Digest">The digest, upper-case hexadecimal pairs joined by colons.</param>
public sealed record CertificateFingerprint(string Algorithm, string Digest)
{
    /// <summary>Longest value accepted: sha-512 as hexadecimal pairs, with its name.</summary>
    public const int TextLengthMax = 256;

    /// <summary>Reads the value of an <c>a=fingerprint</c> line; hexadecimal digits of either case.</summary>
    public static bool TryParse(
        string value,
        [NotNullWhen(true)] out CertificateFingerprint? fingerprint
    )
    {
        fingerprint = null;
        var space = value.IndexOf(' ', StringComparison.Ordinal);
        if (space <= 0 || value.Length > TextLengthMax)
        {
            return false;
        }

        var algorithm = value[..space].ToLowerInvariant();
        var digest = value[(space + 1)..].Trim().ToUpperInvariant();
        if (digest.Length != DigestLength(algorithm) || !IsDigest(digest))
        {
            return false;
        }

        fingerprint = new(algorithm, digest);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Algorithm} {Digest}";

    /// <summary>Characters of a digest; 0 for a hash that is not accepted.</summary>
    private static int DigestLength(string algorithm) =>
        algorithm switch
        {
            "sha-1" => (20 * 3) - 1,
            "sha-224" => (28 * 3) - 1,
            "sha-256" => (32 * 3) - 1,
            "sha-384" => (48 * 3) - 1,
            "sha-512" => (64 * 3) - 1,
            _ => 0,
        };

    private static bool IsDigest(string digest)
    {
        for (var index = 0; index < digest.Length; index++)
        {
            var isColonPlace = index % 3 == 2;
            if (isColonPlace ? digest[index] != ':' : !char.IsAsciiHexDigit(digest[index]))
            {
                return false;
            }
        }

        return true;
    }
}
