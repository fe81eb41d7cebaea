using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Edge.Protocol.Dtls;

/// <summary>Compares a certificate with the fingerprints of a session description (RFC 8122 §5).</summary>
internal static class CertificateDigest
{
    /// <summary>Whether at least one fingerprint is the certificate's.</summary>
    /// <remarks>Every digest that a description may name is taken, but sha-224, which the BCL lacks.</remarks>
    public static bool MatchesAny(
        ReadOnlySpan<byte> certificate,
        ImmutableArray<CertificateFingerprint> expected
    )
    {
        if (certificate.IsEmpty || expected.IsDefaultOrEmpty)
        {
            return false;
        }

        foreach (var fingerprint in expected)
        {
            var digest = Compute(fingerprint.Algorithm, certificate);
            if (
                digest.Length != 0
                && string.Equals(
                    BitConverter.ToString(digest).Replace('-', ':'),
                    fingerprint.Digest,
                    StringComparison.OrdinalIgnoreCase
                )
            )
            {
                return true;
            }
        }

        return false;
    }

    private static byte[] Compute(string algorithm, ReadOnlySpan<byte> certificate) =>
        algorithm switch
        {
            "sha-256" => SHA256.HashData(certificate),
            "sha-384" => SHA384.HashData(certificate),
            "sha-512" => SHA512.HashData(certificate),
#pragma warning disable CA5350 // RFC 8122 §5 lets a description name sha-1; it guards against second preimages only.
            "sha-1" => SHA1.HashData(certificate),
#pragma warning restore CA5350
            _ => [],
        };
}
