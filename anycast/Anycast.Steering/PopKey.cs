using System.Security.Cryptography;

namespace Anycast.Steering;

/// <summary>The key of one PoP under which owner codes are made, and what its nodes pass on to each other.</summary>
/// <remarks>Holds keys derived from the PoP's secret for these two purposes, not the secret itself.</remarks>
public sealed class PopKey
{
    /// <summary>Shortest secret. Chosen: 128 bits.</summary>
    public const int SecretBytesMin = 16;

    private readonly byte[] _key;
    private readonly byte[] _hopKey;

    private PopKey(ushort pop, byte id, byte[] key, byte[] hopKey)
    {
        Pop = pop;
        Id = id;
        _key = key;
        _hopKey = hopKey;
    }

    /// <summary>The PoP's number.</summary>
    public ushort Pop { get; }

    /// <summary>Tells the PoP's keys apart; another one for each new secret.</summary>
    public byte Id { get; }

    /// <summary>The key derived for owner codes.</summary>
    internal ReadOnlySpan<byte> Key => _key;

    /// <summary>The key derived for what nodes pass on to each other.</summary>
    internal ReadOnlySpan<byte> HopKey => _hopKey;

    /// <summary>Derives the key from a PoP's secret.</summary>
    public static PopKey Create(ushort pop, byte id, ReadOnlySpan<byte> secret)
    {
        if (secret.Length < SecretBytesMin)
        {
            throw new ArgumentException(
                $"The secret of a PoP has at least {SecretBytesMin} bytes.",
                nameof(secret)
            );
        }

        return new(
            pop,
            id,
            HMACSHA256.HashData(secret, "owner code 1"u8),
            HMACSHA256.HashData(secret, "hop 1"u8)
        );
    }

    /// <inheritdoc/>
    public override string ToString() => $"Key {Id} of PoP {Pop}";
}
