using System.Diagnostics.CodeAnalysis;
using Edge.Native.Sockets;
using Edge.Primitives;

namespace Edge.Node.Shards;

/// <content>The listener for clients whose networks let no UDP pass, and what waits for their
/// connections.</content>
internal sealed partial class ShardIo
{
    private TcpListener? _listener;

    /// <summary>The connections that the last wait found ready, by their slots.</summary>
    public ReadOnlySpan<int> ReadyConnections => _epoll.ReadyConnections;

    /// <summary>Where it listens; only once it does.</summary>
    public NetworkAddress Listening => _listener!.Local;

    /// <summary>Listens for TCP.</summary>
    /// <param name="address">Where; unset: at the address of the socket.</param>
    public SystemError TryListen(in NetworkAddress address = default)
    {
        var error = TcpListener.TryOpen(address.IsEmpty ? Local : address, out var listener);
        if (error != SystemError.None)
        {
            return error;
        }

        _listener = listener;
        return _epoll.Watch(listener!);
    }

    /// <summary>Takes a connection that waits; see <see cref="TcpListener.Accept"/>.</summary>
    public SystemError Accept([NotNullWhen(true)] out TcpSocket? socket)
    {
        socket = null;
        return _listener?.Accept(out socket) ?? SystemError.WouldBlock;
    }

    /// <summary>Listens no more; what waits to be accepted is reset.</summary>
    public void StopListening()
    {
        _listener?.Dispose();
        _listener = null;
    }

    /// <summary>Watches a connection no more: another process goes on with it.</summary>
    public SystemError Unwatch(TcpSocket socket) => _epoll.Unwatch(socket);

    /// <summary>Watches for what a connection brings, until it is closed.</summary>
    public SystemError Watch(TcpSocket socket, int slot) => _epoll.Watch(socket, slot);

    /// <summary>Watches a connection for room to send as well.</summary>
    [HotPath]
    public SystemError AwaitRoom(TcpSocket socket, int slot) => _epoll.AwaitRoom(socket, slot);

    /// <summary>Watches a connection no more for room.</summary>
    [HotPath]
    public SystemError AwaitNoRoom(TcpSocket socket, int slot) => _epoll.AwaitNoRoom(socket, slot);
}
