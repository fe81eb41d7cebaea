using System.Buffers.Binary;

namespace Edge.Wire.Framing;

/// <summary>Tells media from HTTPS on one port, by the bytes that a client sends first.</summary>
/// <remarks>
/// A TLS client begins with a record of a handshake, whose type is 22 (RFC 8446 §5.1). A client of ICE begins with a check
/// behind its length (RFC 4571 §2, RFC 8489 §5); a length that begins with 22 would be a packet of 5632 bytes and more, longer
/// than any that is taken, so the two share no first byte. Holds no state: whoever reads shows all that has come, each time.
/// </remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------------------------------+-------------------------------+
/// |            LENGTH             |0 0|  Binding request (0x0001) |
/// +-------------------------------+-------------------------------+
/// |      Message Length           |     Magic Cookie ...
/// +-------------------------------+-------------------------------+
/// </code>
public static class FirstBytes
{
    /// <summary>Bytes with which every question is decided: up to the end of the cookie.</summary>
    public const int DecidingBytes = CookieOffset + sizeof(uint);

    /// <summary>Longest check. Chosen: a datagram on Ethernet; those of browsers have 90 to 160 bytes.</summary>
    public const int CheckBytesMax = 1500;

    private const byte TlsHandshake = 22;
    private const int TypeOffset = StreamFrame.HeaderBytes;
    private const int LengthOffset = TypeOffset + sizeof(ushort);
    private const int CookieOffset = LengthOffset + sizeof(ushort);
    private const int StunHeaderBytes = 20;
    private const ushort BindingRequest = 0x0001;
    private const uint MagicCookie = 0x2112A442;

    /// <summary>Decides by what has come so far. More bytes behind the same ones never change an answer but
    /// <see cref="FirstBytesKind.Partial"/>.</summary>
    public static FirstBytesKind Decide(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return FirstBytesKind.Partial;
        }

        if (bytes[0] == TlsHandshake)
        {
            return FirstBytesKind.Tls;
        }

        if (bytes[0] > CheckBytesMax >> 8)
        {
            return FirstBytesKind.Neither;
        }

        return IsCheckSoFar(bytes) switch
        {
            false => FirstBytesKind.Neither,
            true when bytes.Length < DecidingBytes => FirstBytesKind.Partial,
            true => FirstBytesKind.Media,
        };
    }

    /// <summary>Whether each field that has come whole is one of a check.</summary>
    private static bool IsCheckSoFar(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < TypeOffset)
        {
            return true;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (length is < StunHeaderBytes or > CheckBytesMax || length % 4 != 0)
        {
            return false;
        }

        if (bytes.Length < LengthOffset)
        {
            return true;
        }

        if (BinaryPrimitives.ReadUInt16BigEndian(bytes[TypeOffset..]) != BindingRequest)
        {
            return false;
        }

        if (bytes.Length < CookieOffset)
        {
            return true;
        }

        if (BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthOffset..]) != length - StunHeaderBytes)
        {
            return false;
        }

        return bytes.Length < DecidingBytes
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[CookieOffset..]) == MagicCookie;
    }
}
