using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>A non-blocking TCP listener that shares its port with those of the other shards
/// (SO_REUSEPORT): the kernel gives each connection to one of them.</summary>
/// <remarks>Threads: one owner. Errors: values. Source: tcp(7), listen(2), accept(2).</remarks>
public sealed unsafe class TcpListener : IDisposable
{
    /// <summary>Connections that may wait to be accepted. Chosen: as many as browsers of a large room dial at
    /// once; the kernel cuts it to its own bound (somaxconn).</summary>
    private const int Backlog = 512;

    private int _descriptor;

    private TcpListener(int descriptor, NetworkAddress local)
    {
        _descriptor = descriptor;
        Local = local;
    }

    /// <summary>The bound address, with the port the kernel chose if it was asked to.</summary>
    public NetworkAddress Local { get; }

    internal int Descriptor => _descriptor;

    /// <summary>Opens, binds and listens; the error names what the kernel refused.</summary>
    /// <param name="local">As in <see cref="UdpSocketOptions"/>: an IPv6 wildcard takes IPv4 as well.</param>
    /// <param name="listener">The listener.</param>
    public static SystemError TryOpen(
        NetworkAddress local,
        [NotNullWhen(true)] out TcpListener? listener
    )
    {
        listener = null;
        var error = SocketCalls.TryCreate(
            local,
            LibC.SocketStream,
            out var family,
            out var descriptor
        );
        if (error != SystemError.None)
        {
            return error;
        }

        error = Listen(descriptor, family, local);
        if (error != SystemError.None)
        {
            _ = LibC.Close(descriptor);
            return error;
        }

        listener = new(descriptor, SocketCalls.BoundAddress(descriptor));
        return SystemError.None;
    }

    /// <summary>Goes on with a listener that another process has given (<see cref="SocketHandOver.Take"/>): one queue of
    /// connections that wait, whichever of both takes from it.</summary>
    /// <param name="given">Owned from here on.</param>
    public static TcpListener Adopt(SafeSocketHandle given)
    {
        ArgumentNullException.ThrowIfNull(given);
        var descriptor = (int)given.DangerousGetHandle();
        given.SetHandleAsInvalid();
        return new(descriptor, SocketCalls.BoundAddress(descriptor));
    }

    /// <summary>Takes a connection that waits.</summary>
    /// <returns><see cref="SystemError.WouldBlock"/> when none does; <see cref="SystemError.TooManyFiles"/> and
    /// its like when there is one that cannot be had now; others are the connection's own, and the next may be
    /// asked for.</returns>
    public SystemError Accept([NotNullWhen(true)] out TcpSocket? socket)
    {
        socket = null;
        var address = stackalloc byte[SocketAddress.BytesMax];
        uint length = SocketAddress.BytesMax;
        var descriptor = LibC.Accept(
            _descriptor,
            address,
            &length,
            LibC.SocketNonBlocking | LibC.SocketCloseOnExec
        );
        if (descriptor < 0)
        {
            return LibC.LastError;
        }

        var remote = SocketAddress.Read(new ReadOnlySpan<byte>(address, SocketAddress.BytesMax));
        socket = new(descriptor, remote);
        return SystemError.None;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
        {
            _ = LibC.Close(descriptor);
        }
    }

    private static SystemError Listen(int descriptor, int family, in NetworkAddress local)
    {
        // A restart must not wait for connections of the process before it (TIME_WAIT).
        if (
            !SocketCalls.TrySet(descriptor, LibC.LevelSocket, LibC.OptionReuseAddress, 1)
            || !SocketCalls.TrySet(descriptor, LibC.LevelSocket, LibC.OptionReusePort, 1)
            || (
                family == LibC.FamilyIPv6
                && !SocketCalls.TrySet(descriptor, LibC.LevelIPv6, LibC.OptionIPv6Only, 0)
            )
        )
        {
            return LibC.LastError;
        }

        var error = SocketCalls.Bind(descriptor, family, local);
        if (error != SystemError.None)
        {
            return error;
        }

        return LibC.Listen(descriptor, Backlog) == 0 ? SystemError.None : LibC.LastError;
    }
}
