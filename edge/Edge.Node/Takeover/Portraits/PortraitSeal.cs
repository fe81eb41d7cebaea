using System.Buffers.Binary;
using System.Security.Cryptography;
using Edge.Node.HandOver.Letters;

namespace Edge.Node.Takeover.Portraits;

/// <summary>Seals what is kept of sessions at other nodes: keys are never in the clear there, until the node that has them has ended.</summary>
/// <remarks>
/// <code>
/// | secret 1 | salt 32 | number 8 | sealed | tag 16 |
/// </code>
/// AES-256-GCM (NIST SP 800-38D). The key is HKDF-SHA256 of the PoP's secret with a salt that is drawn once, so that one is derived for the life of a
/// node, not for each portrait; the nonce is the number, which counts them. What is before the sealed part is authenticated with it, and
/// so is which session it is of. Threads: one writes; any may open.
/// </remarks>
internal sealed class PortraitSeal : IDisposable
{
    private const int SaltBytes = 32;
    private const int SaltOffset = 1;
    private const int NumberOffset = SaltOffset + SaltBytes;
    private const int TextOffset = NumberOffset + sizeof(ulong);
    private const int TagBytes = 16;
    private const int NonceBytes = 12;
    private const int SessionBytes = 16;

    private readonly HandOverKeys _keys;
    private readonly byte _id;
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(SaltBytes);
    private readonly AesGcm _cipher;
    private ulong _number;

    /// <summary>Makes one that seals with the current secret.</summary>
    public PortraitSeal(HandOverKeys keys)
    {
        _keys = keys;
        _id = keys.Ids.First();
        _cipher = CreateCipher(keys, _id, _salt);
    }

    private static ReadOnlySpan<byte> Purpose => "edge portrait v1"u8;

    /// <summary>Seals what was written of a session.</summary>
    /// <param name="session">Which session.</param>
    /// <param name="text">What is sealed.</param>
    public byte[] Seal(UInt128 session, ReadOnlySpan<byte> text)
    {
        var whole = new byte[TextOffset + text.Length + TagBytes];
        whole[0] = _id;
        _salt.CopyTo(whole, SaltOffset);
        BinaryPrimitives.WriteUInt64BigEndian(whole.AsSpan(NumberOffset), ++_number);
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Span<byte> front = stackalloc byte[TextOffset + SessionBytes];
        WriteFront(whole, session, nonce, front);
        _cipher.Encrypt(
            nonce,
            text,
            whole.AsSpan(TextOffset, text.Length),
            whole.AsSpan(TextOffset + text.Length),
            front
        );
        return whole;
    }

    /// <summary>Opens what some node of the PoP has sealed; null when none did, or it was changed since. The caller clears it.</summary>
    /// <param name="session">Which session.</param>
    /// <param name="whole">What was sealed.</param>
    public byte[]? TryOpen(UInt128 session, ReadOnlySpan<byte> whole)
    {
        if (whole.Length < TextOffset + TagBytes || !_keys.Has(whole[0]))
        {
            return null;
        }

        using var cipher = CreateCipher(_keys, whole[0], whole.Slice(SaltOffset, SaltBytes));
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Span<byte> front = stackalloc byte[TextOffset + SessionBytes];
        WriteFront(whole, session, nonce, front);
        // Not moved by the collector, which would leave copies.
        var text = GC.AllocateArray<byte>(whole.Length - TextOffset - TagBytes, pinned: true);
        try
        {
            cipher.Decrypt(nonce, whole[TextOffset..^TagBytes], whole[^TagBytes..], text, front);
            return text;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();

    private static AesGcm CreateCipher(HandOverKeys keys, byte id, ReadOnlySpan<byte> salt)
    {
        Span<byte> key = stackalloc byte[HandOverKeys.KeyBytes];
        keys.Derive(id, salt, Purpose, key);
        var cipher = new AesGcm(key, TagBytes);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }

    private static void WriteFront(
        ReadOnlySpan<byte> whole,
        UInt128 session,
        Span<byte> nonce,
        Span<byte> front
    )
    {
        nonce.Clear();
        whole.Slice(NumberOffset, sizeof(ulong)).CopyTo(nonce[^sizeof(ulong)..]);
        whole[..TextOffset].CopyTo(front);
        BinaryPrimitives.WriteUInt128BigEndian(front[TextOffset..], session);
    }
}
