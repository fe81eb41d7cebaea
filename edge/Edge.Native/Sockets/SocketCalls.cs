using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>Calls that sockets of both transports make.</summary>
internal static unsafe class SocketCalls
{
    /// <summary>Makes a non-blocking socket of an address's family, which programs started later do not get.</summary>
    /// <param name="address">The address.</param>
    /// <param name="type"><see cref="LibC.SocketDatagram"/> or <see cref="LibC.SocketStream"/>.</param>
    /// <param name="family">The family.</param>
    /// <param name="descriptor">The socket; the caller's.</param>
    internal static SystemError TryCreate(
        in NetworkAddress address,
        int type,
        out int family,
        out int descriptor
    )
    {
        family = address.IsIPv4 ? LibC.FamilyIPv4 : LibC.FamilyIPv6;
        descriptor = LibC.Socket(family, type | LibC.SocketNonBlocking | LibC.SocketCloseOnExec, 0);
        return descriptor < 0 ? LibC.LastError : SystemError.None;
    }

    /// <summary>Binds to a local address.</summary>
    internal static SystemError Bind(int descriptor, int family, in NetworkAddress local)
    {
        Span<byte> address = stackalloc byte[SocketAddress.BytesMax];
        var length = SocketAddress.Write(address, family, local);
        fixed (byte* pointer = address)
        {
            return LibC.Bind(descriptor, pointer, (uint)length) == 0
                ? SystemError.None
                : LibC.LastError;
        }
    }

    /// <summary>The address it is bound to, with the port the kernel chose.</summary>
    internal static NetworkAddress BoundAddress(int descriptor)
    {
        var address = stackalloc byte[SocketAddress.BytesMax];
        uint length = SocketAddress.BytesMax;
        return LibC.SocketName(descriptor, address, &length) == 0
            ? SocketAddress.Read(new ReadOnlySpan<byte>(address, SocketAddress.BytesMax))
            : default;
    }

    /// <summary>The address of the other end; false when it is not a TCP connection.</summary>
    internal static bool TryReadPeer(int descriptor, out NetworkAddress peer)
    {
        peer = default;
        var protocol = 0;
        uint length = sizeof(int);
        if (
            LibC.ReadOption(descriptor, LibC.LevelSocket, LibC.OptionProtocol, &protocol, &length)
                != 0
            || protocol != LibC.ProtocolTcp
        )
        {
            return false;
        }

        var address = stackalloc byte[SocketAddress.BytesMax];
        length = SocketAddress.BytesMax;
        if (LibC.PeerName(descriptor, address, &length) != 0)
        {
            return false;
        }

        peer = SocketAddress.Read(new ReadOnlySpan<byte>(address, SocketAddress.BytesMax));
        return true;
    }

    /// <summary>Sets an option; false when the kernel refuses.</summary>
    internal static bool TrySet(int descriptor, int level, int option, int value) =>
        LibC.SetOption(descriptor, level, option, &value, sizeof(int)) == 0;
}
