using System.Collections.Immutable;
using System.Security.Cryptography;
using Edge.Node.Sessions;

namespace Edge.Node.HandOver.Letters;

/// <summary>The secrets of the PoP, from which every key of a hand-over is derived.</summary>
/// <remarks>One or two: while a secret is being replaced, what was made with the one before is read on, and whichever both
/// sides have is used. Immutable. Threads: any.</remarks>
internal sealed class HandOverKeys
{
    /// <summary>Most secrets.</summary>
    public const int KeysMax = 2;

    /// <summary>Bytes of a derived key and of a MAC.</summary>
    public const int KeyBytes = 32;

    private readonly ImmutableArray<Entry> _entries;

    private HandOverKeys(ImmutableArray<Entry> entries) => _entries = entries;

    /// <summary>Their identifiers, the current one first.</summary>
    public IEnumerable<byte> Ids => _entries.Select(entry => entry.Id);

    /// <summary>How many there are.</summary>
    public int Count => _entries.Length;

    /// <summary>Those of a node, which has a secret.</summary>
    public static HandOverKeys Of(MediaNodeOptions options)
    {
        var current = new Entry(options.PopKeyId, options.PopSecret);
        return options.FormerPopSecret.IsDefaultOrEmpty
            ? new([current])
            : new([current, new Entry(options.FormerPopKeyId, options.FormerPopSecret)]);
    }

    /// <summary>Whether there is a secret of this identifier.</summary>
    public bool Has(byte id)
    {
        foreach (var entry in _entries)
        {
            if (entry.Id == id)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Derives a key (HKDF-SHA256, RFC 5869). The caller clears it.</summary>
    /// <param name="id">Which secret; there is one.</param>
    /// <param name="salt">Random bytes that were never used before.</param>
    /// <param name="purpose">What it is for.</param>
    /// <param name="key">Takes <see cref="KeyBytes"/>.</param>
    public void Derive(
        byte id,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> purpose,
        Span<byte> key
    ) => HKDF.DeriveKey(HashAlgorithmName.SHA256, Find(id).AsSpan(), key, salt, purpose);

    /// <summary>Writes the MAC (HMAC-SHA256) of a message under a derived key.</summary>
    public void WriteMac(
        byte id,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> purpose,
        ReadOnlySpan<byte> message,
        Span<byte> mac
    )
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        Derive(id, salt, purpose, key);
        HMACSHA256.HashData(key, message, mac);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Whether a MAC was made by somebody who has the secret.</summary>
    public bool IsMac(
        byte id,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> purpose,
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> mac
    )
    {
        if (!Has(id))
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[KeyBytes];
        WriteMac(id, salt, purpose, message, expected);
        return CryptographicOperations.FixedTimeEquals(expected, mac);
    }

    private ImmutableArray<byte> Find(byte id)
    {
        foreach (var entry in _entries)
        {
            if (entry.Id == id)
            {
                return entry.Secret;
            }
        }

        throw new ArgumentException($"There is no secret {id}.", nameof(id));
    }

    private readonly record struct Entry(byte Id, ImmutableArray<byte> Secret)
    {
        /// <summary>Secrets are not printed.</summary>
        public override string ToString() => $"Secret {Id}";
    }
}
