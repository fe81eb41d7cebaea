using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>The ancillary message that says at which local address a datagram arrived, and from which
/// one it is to leave.</summary>
/// <remarks>
/// Needed on a wildcard address only: a client's ICE pair is (its address, the candidate's address), so
/// the answer must leave from the address it was sent to. Shape: <c>struct cmsghdr</c> (length 8, level 4,
/// type 4), then <c>in_pktinfo</c> (interface 4, local 4, destination 4) or <c>in6_pktinfo</c> (address 16,
/// interface 4). A dual-stack socket uses the second for IPv4 as well, with mapped addresses.
/// Source: ip(7), RFC 3542 §6.1, cmsg(3).
/// </remarks>
internal static class PacketInfo
{
    /// <summary>Room for either, aligned as <c>CMSG_SPACE</c>.</summary>
    internal const int BytesMax = 40;

    private const int HeaderBytes = 16;
    private const int IPv4Bytes = 12;
    private const int IPv6Bytes = 20;

    /// <summary>The local address of a received datagram; unset when the kernel did not say.</summary>
    internal static NetworkAddress Read(ReadOnlySpan<byte> control, ushort port)
    {
        while (control.Length >= HeaderBytes)
        {
            var length = (int)Math.Min(MemoryMarshal.Read<ulong>(control), (ulong)control.Length);
            if (length < HeaderBytes)
            {
                return default;
            }

            var level = MemoryMarshal.Read<int>(control[8..]);
            var type = MemoryMarshal.Read<int>(control[12..]);
            var body = control[HeaderBytes..length];
            if (
                level == LibC.LevelIPv6
                && type == LibC.OptionPacketInfoIPv6
                && body.Length >= IPv6Bytes
            )
            {
                return NetworkAddress.FromIPv6(body, port);
            }

            if (
                level == LibC.LevelIPv4
                && type == LibC.OptionPacketInfoIPv4
                && body.Length >= IPv4Bytes
            )
            {
                return NetworkAddress.FromIPv4(
                    BinaryPrimitives.ReadUInt32BigEndian(body[8..]),
                    port
                );
            }

            control = control[Math.Min((length + 7) & ~7, control.Length)..];
        }

        return default;
    }

    /// <summary>Writes the message for a datagram that has to leave from a local address; returns its length.</summary>
    internal static int Write(Span<byte> control, int family, in NetworkAddress local)
    {
        control[..BytesMax].Clear();
        if (family == LibC.FamilyIPv4)
        {
            WriteHeader(control, IPv4Bytes, LibC.LevelIPv4, LibC.OptionPacketInfoIPv4);
            BinaryPrimitives.WriteUInt32BigEndian(control[(HeaderBytes + 4)..], local.IPv4);
            return HeaderBytes + ((IPv4Bytes + 7) & ~7);
        }

        WriteHeader(control, IPv6Bytes, LibC.LevelIPv6, LibC.OptionPacketInfoIPv6);
        local.WriteIPv6(control[HeaderBytes..]);
        return HeaderBytes + ((IPv6Bytes + 7) & ~7);
    }

    private static void WriteHeader(Span<byte> control, int bodyBytes, int level, int type)
    {
        MemoryMarshal.Write(control, (ulong)(HeaderBytes + bodyBytes));
        MemoryMarshal.Write(control[8..], level);
        MemoryMarshal.Write(control[12..], type);
    }
}
