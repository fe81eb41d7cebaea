using System.Runtime.InteropServices;

namespace Edge.Native.Sockets;

/// <summary>The ancillary message that says into datagrams of which length the kernel is to cut a message.</summary>
/// <remarks>Shape: 16 bits in the machine's order. Source: udp(7), UDP_SEGMENT.</remarks>
internal static class SegmentSize
{
    /// <summary>Room for one, aligned as <c>CMSG_SPACE</c>.</summary>
    internal const int BytesMax = ControlMessages.HeaderBytes + 8;

    /// <summary>Writes the message; returns its length.</summary>
    internal static int Write(Span<byte> control, int segmentBytes)
    {
        control[..BytesMax].Clear();
        ControlMessages.WriteHeader(control, sizeof(ushort), LibC.LevelUdp, LibC.OptionUdpSegment);
        MemoryMarshal.Write(
            control[ControlMessages.HeaderBytes..],
            unchecked((ushort)segmentBytes) // At most a slot.
        );
        return BytesMax;
    }
}
