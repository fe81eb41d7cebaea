using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>The ancillary message that says at which local address a datagram arrived, and from which
/// one it is to leave.</summary>
/// <remarks>
/// Needed on a wildcard address only: a client's ICE pair is (its address, the candidate's address), so
/// the answer must leave from the address it was sent to. Shape: <c>in_pktinfo</c> (interface 4, local 4, destination 4) or <c>in6_pktinfo</c> (address 16,
/// interface 4). A dual-stack socket uses the second for IPv4 as well, with mapped addresses.
/// Source: ip(7), RFC 3542 §6.1, cmsg(3).
/// </remarks>
internal static class PacketInfo
{
    /// <summary>Room for either, aligned as <c>CMSG_SPACE</c>.</summary>
    internal const int BytesMax = 40;

    private const int HeaderBytes = ControlMessages.HeaderBytes;
    private const int IPv4Bytes = 12;
    private const int IPv6Bytes = 20;

    /// <summary>The local address of a received datagram; unset when the kernel did not say.</summary>
    internal static NetworkAddress Read(ReadOnlySpan<byte> control, ushort port)
    {
        if (
            ControlMessages.TryFind(
                control,
                LibC.LevelIPv6,
                LibC.OptionPacketInfoIPv6,
                IPv6Bytes,
                out var body
            )
        )
        {
            return NetworkAddress.FromIPv6(body, port);
        }

        return ControlMessages.TryFind(
            control,
            LibC.LevelIPv4,
            LibC.OptionPacketInfoIPv4,
            IPv4Bytes,
            out body
        )
            ? NetworkAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(body[8..]), port)
            : default;
    }

    /// <summary>Bytes of what <see cref="Write"/> writes for a socket's family.</summary>
    internal static int BytesOf(int family) =>
        HeaderBytes + ControlMessages.Aligned(family == LibC.FamilyIPv4 ? IPv4Bytes : IPv6Bytes);

    /// <summary>Writes the message for a datagram that has to leave from a local address; returns its length.</summary>
    internal static int Write(Span<byte> control, int family, in NetworkAddress local)
    {
        control[..BytesMax].Clear();
        if (family == LibC.FamilyIPv4)
        {
            ControlMessages.WriteHeader(
                control,
                IPv4Bytes,
                LibC.LevelIPv4,
                LibC.OptionPacketInfoIPv4
            );
            BinaryPrimitives.WriteUInt32BigEndian(control[(HeaderBytes + 4)..], local.IPv4);
            return BytesOf(family);
        }

        ControlMessages.WriteHeader(control, IPv6Bytes, LibC.LevelIPv6, LibC.OptionPacketInfoIPv6);
        local.WriteIPv6(control[HeaderBytes..]);
        return BytesOf(family);
    }
}
