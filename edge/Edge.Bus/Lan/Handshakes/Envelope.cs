using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Edge.Bus.Lan.Handshakes;

/// <summary>The one shape of both messages of the handshake.</summary>
/// <remarks>
/// <code>
///  offset bytes
///       0     4  "ELAN"
///       4     1  kind: 1 hello, 2 answer
///       5     1  id of the PoP key
///       6     2  n, length of the box, big endian: 16 to 1024
///       8    32  nonce: random, fresh for each handshake
///      40     n  box: AES-256-GCM under a key of this message alone, nonce zero, bytes 0 to 39 as
///                additional data, tag of 16 bytes at the end
/// the box opened
///       0     1  oldest version spoken
///       1     1  newest version spoken
///       2     1  length of the sender's name, 1 to 64
///       3        the sender's name
///             1  length of the receiver's name
///                the receiver's name
///             8  which life of the sender; 0: not said
///             2  how often at least something comes of it, ms; 0: not said
///                anything more: zeros today, ignored
/// </code>
/// This shape is the same in every version of the protocol. Keys: NOTES.md.
/// </remarks>
internal static class Envelope
{
    internal const int HeaderBytes = 40;
    internal const int NonceBytes = 32;

    /// <summary>Longest message. Chosen: room for what later versions add, and little to hold for a
    /// stranger.</summary>
    internal const int BytesMax = HeaderBytes + BoxBytesMax;

    /// <summary>Length of what this code sends. Chosen: always the same, so that it says nothing about names.</summary>
    internal const int Bytes = HeaderBytes + PlainBytes + TagBytes;

    internal const byte Hello = 1;
    internal const byte Answer = 2;

    private const int PlainBytes = 160;
    private const int LifeBytes = sizeof(long);
    private const int BoxBytesMax = 1024;
    private const int TagBytes = 16;
    private const int KindOffset = 4;
    private const int KeyIdOffset = 5;
    private const int LengthOffset = 6;
    private const int NonceOffset = 8;

    private static ReadOnlySpan<byte> Magic => "ELAN"u8;

    private static ReadOnlySpan<byte> ZeroNonce => new byte[12];

    /// <summary>How long the message is that begins with these <see cref="HeaderBytes"/>.</summary>
    internal static HandshakeError TryReadLength(
        ReadOnlySpan<byte> header,
        byte kind,
        out int lengthBytes
    )
    {
        lengthBytes = 0;
        if (header.Length < HeaderBytes)
        {
            return HandshakeError.WrongLength;
        }

        if (!header.StartsWith(Magic) || header[KindOffset] != kind)
        {
            return HandshakeError.Unrecognised;
        }

        var boxBytes = BinaryPrimitives.ReadUInt16BigEndian(header[LengthOffset..]);
        if (boxBytes is < TagBytes or > BoxBytesMax)
        {
            return HandshakeError.WrongLength;
        }

        lengthBytes = HeaderBytes + boxBytes;
        return HandshakeError.None;
    }

    internal static byte KeyId(ReadOnlySpan<byte> message) => message[KeyIdOffset];

    internal static ReadOnlySpan<byte> Nonce(ReadOnlySpan<byte> message) =>
        message.Slice(NonceOffset, NonceBytes);

    /// <summary>Writes a message's header; the box follows.</summary>
    internal static void WriteHeader(
        Span<byte> message,
        byte kind,
        byte keyId,
        ReadOnlySpan<byte> nonce
    )
    {
        Magic.CopyTo(message);
        message[KindOffset] = kind;
        message[KeyIdOffset] = keyId;
        BinaryPrimitives.WriteUInt16BigEndian(message[LengthOffset..], PlainBytes + TagBytes);
        nonce.CopyTo(message[NonceOffset..]);
    }

    /// <summary>Writes and seals the box behind a written header.</summary>
    /// <param name="message">All <see cref="Bytes"/> of the message.</param>
    /// <param name="key">The key of this one message.</param>
    /// <param name="sender">Who sends.</param>
    /// <param name="receiver">The name of who is to read it.</param>
    internal static void Seal(
        Span<byte> message,
        ReadOnlySpan<byte> key,
        in HandshakeParty sender,
        string receiver
    )
    {
        Span<byte> plain = stackalloc byte[PlainBytes];
        plain.Clear();
        plain[0] = sender.VersionMin;
        plain[1] = sender.VersionMax;
        var written = 2;
        written += WriteName(plain[written..], sender.Name);
        written += WriteName(plain[written..], receiver);
        BinaryPrimitives.WriteInt64BigEndian(plain[written..], sender.Life);
        BinaryPrimitives.WriteUInt16BigEndian(plain[(written + LifeBytes)..], sender.SignMs);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(
            ZeroNonce,
            plain,
            message.Slice(HeaderBytes, PlainBytes),
            message.Slice(HeaderBytes + PlainBytes, TagBytes),
            message[..HeaderBytes]
        );
    }

    /// <summary>Opens the box of a whole message.</summary>
    internal static HandshakeError TryOpen(
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> key,
        out HandshakeParty sender,
        out string receiver
    )
    {
        sender = default;
        receiver = "";
        Span<byte> plain = stackalloc byte[BoxBytesMax];
        plain = plain[..(message.Length - HeaderBytes - TagBytes)];
        using var cipher = new AesGcm(key, TagBytes);
        try
        {
            cipher.Decrypt(
                ZeroNonce,
                message.Slice(HeaderBytes, plain.Length),
                message[^TagBytes..],
                plain,
                message[..HeaderBytes]
            );
        }
        catch (AuthenticationTagMismatchException)
        {
            return HandshakeError.NotAuthentic;
        }

        if (plain.Length < 2)
        {
            return HandshakeError.Malformed;
        }

        var rest = (ReadOnlySpan<byte>)plain[2..];
        if (!TryReadName(ref rest, out var name) || !TryReadName(ref rest, out receiver))
        {
            return HandshakeError.Malformed;
        }

        sender = ReadSigns(new(name, plain[0], plain[1]), rest);
        return HandshakeError.None;
    }

    /// <summary>What is not there is not said.</summary>
    private static HandshakeParty ReadSigns(in HandshakeParty party, ReadOnlySpan<byte> rest) =>
        rest.Length < LifeBytes + sizeof(ushort)
            ? party
            : party with
            {
                Life = BinaryPrimitives.ReadInt64BigEndian(rest),
                SignMs = BinaryPrimitives.ReadUInt16BigEndian(rest[LifeBytes..]),
            };

    private static int WriteName(Span<byte> destination, string name)
    {
        destination[0] = checked((byte)name.Length);
        return 1 + Encoding.ASCII.GetBytes(name, destination[1..]);
    }

    private static bool TryReadName(ref ReadOnlySpan<byte> source, out string name)
    {
        name = "";
        if (source.IsEmpty || source.Length - 1 < source[0])
        {
            return false;
        }

        // Latin-1, so that a byte which is no ASCII becomes a character that no name has.
        name = Encoding.Latin1.GetString(source.Slice(1, source[0]));
        source = source[(1 + source[0])..];
        return LanBusOptions.IsName(name);
    }
}
