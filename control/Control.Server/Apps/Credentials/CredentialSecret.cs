using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Control.Server.Apps.Credentials;

/// <summary>A secret, as text because it signs tokens, and as digest because it is compared.</summary>
internal sealed record CredentialSecret(string Text, ImmutableArray<byte> Digest)
{
    /// <summary>What the secrets of something unknown are compared with, so that it takes as long to refuse
    /// as a known one: one that nobody knows.</summary>
    public static ImmutableArray<CredentialSecret> Nobody { get; } =
    [From(RandomNumberGenerator.GetHexString(64))];

    /// <summary>Makes one of its text.</summary>
    public static CredentialSecret From(string text) => new(text, [.. ToDigest(text)]);

    /// <summary>Whether a bearer is one of some secrets.</summary>
    /// <remarks>Digests have one length and nothing the caller can steer, so comparing them tells
    /// nothing.</remarks>
    public static bool IsAny(ImmutableArray<CredentialSecret> secrets, string bearer)
    {
        var digest = ToDigest(bearer);
        var isFound = false;
        foreach (var secret in secrets)
        {
            isFound |= CryptographicOperations.FixedTimeEquals(digest, secret.Digest.AsSpan());
        }

        return isFound;
    }

    /// <inheritdoc/>
    public override string ToString() => "(secret)";

    private static byte[] ToDigest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
