using System.Security.Cryptography;

namespace Edge.Native.OpenSsl;

/// <summary>The key block of a TLS 1.2 connection out of its master secret.</summary>
/// <remarks>Source: RFC 5246 §5 (P_hash), §6.3.</remarks>
internal static class DtlsKeyExpansion
{
    private const int HashBytesMax = SHA384.HashSizeInBytes;

    /// <summary>Fills the key block.</summary>
    /// <param name="hash">The PRF's hash: SHA-256 or SHA-384.</param>
    /// <param name="secret">The master secret.</param>
    /// <param name="randoms">The server's random, then the client's.</param>
    /// <param name="keyBlock">Where the keys go.</param>
    public static void Expand(
        HashAlgorithmName hash,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> randoms,
        Span<byte> keyBlock
    )
    {
        var label = "key expansion"u8;
        // A(i) stands before the seed, so that one buffer serves both hashes.
        Span<byte> buffer = stackalloc byte[HashBytesMax + label.Length + randoms.Length];
        Span<byte> output = stackalloc byte[HashBytesMax];
        var hashBytes = hash == HashAlgorithmName.SHA384 ? HashBytesMax : SHA256.HashSizeInBytes;
        output = output[..hashBytes];
        buffer = buffer[(HashBytesMax - hashBytes)..];
        var seed = buffer[hashBytes..];
        label.CopyTo(seed);
        randoms.CopyTo(seed[label.Length..]);
        Hash(hash, secret, seed, buffer[..hashBytes]);
        while (!keyBlock.IsEmpty)
        {
            Hash(hash, secret, buffer, output);
            var count = Math.Min(hashBytes, keyBlock.Length);
            output[..count].CopyTo(keyBlock);
            keyBlock = keyBlock[count..];
            Hash(hash, secret, buffer[..hashBytes], output);
            output.CopyTo(buffer);
        }

        CryptographicOperations.ZeroMemory(buffer);
        CryptographicOperations.ZeroMemory(output);
    }

    private static void Hash(
        HashAlgorithmName hash,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> text,
        Span<byte> output
    )
    {
        if (hash == HashAlgorithmName.SHA384)
        {
            HMACSHA384.HashData(key, text, output);
        }
        else
        {
            HMACSHA256.HashData(key, text, output);
        }
    }
}
