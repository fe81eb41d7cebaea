using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>Calls that sockets of both transports make.</summary>
internal static unsafe class SocketCalls
{
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

    /// <summary>Sets an option; false when the kernel refuses.</summary>
    internal static bool TrySet(int descriptor, int level, int option, int value) =>
        LibC.SetOption(descriptor, level, option, &value, sizeof(int)) == 0;
}
