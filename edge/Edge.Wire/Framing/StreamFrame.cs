using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Framing;

/// <summary>Packets on a stream: each behind its length, so that they can be told apart.</summary>
/// <remarks>
/// Shape: length in network order (2 bytes, without itself), then the packet. Holds no state: whoever
/// reads keeps the bytes of a frame that has not come whole and shows them again, more behind them.
/// Source: RFC 4571 §2; RFC 6544 §3 puts STUN and DTLS into the same frames.
/// </remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------------------------------+-------------------------------+
/// |            LENGTH             |  STUN, DTLS, SRTP or SRTCP    |
/// +-------------------------------+-------------------------------+
/// </code>
public static class StreamFrame
{
    /// <summary>Bytes before a packet.</summary>
    public const int HeaderBytes = sizeof(ushort);

    /// <summary>Most bytes of a packet that the length can say.</summary>
    public const int PacketBytesMax = ushort.MaxValue;

    /// <summary>Reads the frame that bytes begin with.</summary>
    /// <param name="bytes">What came, from the beginning of a frame.</param>
    /// <param name="packetBytesMax">The longest packet that is taken.</param>
    /// <param name="packet">The packet, a part of <paramref name="bytes"/>; empty unless the frame is
    /// complete, and for an empty frame, which says nothing (RFC 4571 §2).</param>
    /// <param name="consumed">Bytes of the frame; 0 unless it is complete.</param>
    [HotPath]
    public static StreamFrameStatus Read(
        ReadOnlySpan<byte> bytes,
        int packetBytesMax,
        out ReadOnlySpan<byte> packet,
        out int consumed
    )
    {
        packet = default;
        consumed = 0;
        if (bytes.Length < HeaderBytes)
        {
            return StreamFrameStatus.Partial;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (length > packetBytesMax)
        {
            return StreamFrameStatus.TooLong;
        }

        if (bytes.Length - HeaderBytes < length)
        {
            return StreamFrameStatus.Partial;
        }

        packet = bytes.Slice(HeaderBytes, length);
        consumed = HeaderBytes + length;
        return StreamFrameStatus.Complete;
    }

    /// <summary>Writes a packet with its length; returns the bytes of the frame, 0 when it does not fit or
    /// is longer than a length can say.</summary>
    [HotPath]
    public static int Write(Span<byte> destination, ReadOnlySpan<byte> packet)
    {
        if (packet.Length > PacketBytesMax || destination.Length - HeaderBytes < packet.Length)
        {
            return 0;
        }

        BinaryPrimitives.WriteUInt16BigEndian(
            destination,
            unchecked((ushort)packet.Length) // At most PacketBytesMax.
        );
        packet.CopyTo(destination[HeaderBytes..]);
        return HeaderBytes + packet.Length;
    }
}
