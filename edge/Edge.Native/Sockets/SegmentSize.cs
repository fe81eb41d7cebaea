using System.Runtime.InteropServices;

namespace Edge.Native.Sockets;

/// <summary>The ancillary message that says of datagrams of which length a message is: into which the kernel is to cut it, or
/// of which it made it.</summary>
/// <remarks>Shape: 16 bits in the machine's order to send, 32 as received. Source: udp(7), UDP_SEGMENT and UDP_GRO.</remarks>
internal static class SegmentSize
{
    /// <summary>Room for one, aligned as <c>CMSG_SPACE</c>.</summary>
    internal const int BytesMax = ControlMessages.HeaderBytes + 8;

    /// <summary>The length of the datagrams of which a received message was made; 0 when it is one.</summary>
    internal static int Read(ReadOnlySpan<byte> control) =>
        ControlMessages.TryFind(
            control,
            LibC.LevelUdp,
            LibC.OptionUdpMerge,
            sizeof(int),
            out var body
        )
            ? MemoryMarshal.Read<int>(body)
            : 0;

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
