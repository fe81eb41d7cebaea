using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Edge.Node.HandOver.Letters;

/// <summary>A sealed group of sessions: nobody but a node of the PoP reads it, and none but the one it is for takes it.</summary>
/// <remarks>
/// Behind the header:
/// <code>
/// | ticket 16 | group id 16 | salt 32 | sealed group | tag 16 |
/// </code>
/// AES-256-GCM (NIST SP 800-38D); the key is HKDF-SHA256 of the PoP's secret with the salt, which is random, so that each
/// letter has a key of its own and the nonce can be zero; all before the sealed group is authenticated with it. A later
/// version that adds to what is in front of it has another version number: nodes of one PoP ask each other first, and
/// whoever does not understand the question is not given anything.
/// </remarks>
internal static class HandOverLetter
{
    /// <summary>Bytes of a letter beside the group.</summary>
    public const int OverheadBytes = GroupOffset + TagBytes;

    /// <summary>Bytes of the salt.</summary>
    public const int SaltBytes = 32;

    /// <summary>Bytes of a group's id.</summary>
    public const int IdBytes = 16;

    private const int TicketOffset = HandOverHeader.Bytes;
    private const int IdOffset = TicketOffset + HandOverTickets.TicketBytes;
    private const int SaltOffset = IdOffset + IdBytes;
    private const int GroupOffset = SaltOffset + SaltBytes;
    private const int TagBytes = 16;
    private const int NonceBytes = 12;

    private static ReadOnlySpan<byte> Purpose => "edge hand-over v1"u8;

    /// <summary>Seals a group.</summary>
    /// <param name="keys">The secrets.</param>
    /// <param name="keyId">The one to use.</param>
    /// <param name="route">Whom it is from and for.</param>
    /// <param name="ticket">What who it is for gave.</param>
    /// <param name="id">Tells the group from others.</param>
    /// <param name="group">What is sealed.</param>
    public static byte[] Seal(
        HandOverKeys keys,
        byte keyId,
        HandOverRoute route,
        UInt128 ticket,
        UInt128 id,
        ReadOnlySpan<byte> group
    )
    {
        var letter = new byte[OverheadBytes + group.Length];
        HandOverHeader.Write(letter, HandOverKind.Give, keyId, route);
        BinaryPrimitives.WriteUInt128BigEndian(letter.AsSpan(TicketOffset), ticket);
        BinaryPrimitives.WriteUInt128BigEndian(letter.AsSpan(IdOffset), id);
        RandomNumberGenerator.Fill(letter.AsSpan(SaltOffset, SaltBytes));
        using var cipher = CreateCipher(keys, keyId, letter);
        Span<byte> nonce = stackalloc byte[NonceBytes];
        nonce.Clear();
        cipher.Encrypt(
            nonce,
            group,
            letter.AsSpan(GroupOffset, group.Length),
            letter.AsSpan(GroupOffset + group.Length),
            letter.AsSpan(0, GroupOffset)
        );
        return letter;
    }

    /// <summary>Reads what is in front of a sealed group. Not authenticated: <see cref="TryOpen"/> does that.</summary>
    public static bool TryReadFront(ReadOnlySpan<byte> letter, out HandOverFront front)
    {
        front = default;
        if (
            letter.Length < OverheadBytes
            || !HandOverHeader.TryRead(letter, HandOverKind.Give, out var keyId, out var route)
        )
        {
            return false;
        }

        front = new(
            keyId,
            route,
            BinaryPrimitives.ReadUInt128BigEndian(letter[TicketOffset..]),
            BinaryPrimitives.ReadUInt128BigEndian(letter[IdOffset..])
        );
        return true;
    }

    /// <summary>The salt of a letter, by which its answer is authenticated too.</summary>
    public static ReadOnlySpan<byte> Salt(ReadOnlySpan<byte> letter) =>
        letter.Slice(SaltOffset, SaltBytes);

    /// <summary>Bytes of the group in a letter.</summary>
    public static int GroupBytes(ReadOnlySpan<byte> letter) => letter.Length - OverheadBytes;

    /// <summary>Opens a letter whose front was read; false when it was not sealed by a node of the PoP or was changed since,
    /// and <paramref name="group"/> is clear then.</summary>
    /// <param name="keys">The secrets.</param>
    /// <param name="letter">The letter.</param>
    /// <param name="group">Takes <see cref="GroupBytes"/>. The caller clears it.</param>
    public static bool TryOpen(HandOverKeys keys, ReadOnlySpan<byte> letter, Span<byte> group)
    {
        if (!TryReadFront(letter, out var front) || !keys.Has(front.KeyId))
        {
            return false;
        }

        using var cipher = CreateCipher(keys, front.KeyId, letter);
        Span<byte> nonce = stackalloc byte[NonceBytes];
        nonce.Clear();
        try
        {
            cipher.Decrypt(
                nonce,
                letter[GroupOffset..^TagBytes],
                letter[^TagBytes..],
                group,
                letter[..GroupOffset]
            );
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            // That is how the library says so; what it had decrypted it has cleared.
            CryptographicOperations.ZeroMemory(group);
            return false;
        }
    }

    private static AesGcm CreateCipher(HandOverKeys keys, byte keyId, ReadOnlySpan<byte> letter)
    {
        Span<byte> key = stackalloc byte[HandOverKeys.KeyBytes];
        keys.Derive(keyId, Salt(letter), Purpose, key);
        var cipher = new AesGcm(key, TagBytes);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }
}
