using Edge.Native.Sockets;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Sockets of clients that say in which order the kernel gave datagrams to all of them, whenever they are read.</summary>
internal sealed class StampedSockets
{
    private readonly PacketPool _pool = new(index: 0, ReceiveBatch.CapacityDefault);
    private readonly ReceiveBatch _receive = new();
    private readonly PacketHandle[] _handles = new PacketHandle[ReceiveBatch.CapacityDefault];
    private readonly Dictionary<NetworkAddress, UdpSocket> _sockets = [];

    /// <summary>Makes none yet.</summary>
    public StampedSockets()
    {
        for (var index = 0; index < _handles.Length; index++)
        {
            _ = _pool.TryRent(out _handles[index]);
            _receive.Lend(index, _pool.Slot(_handles[index]));
        }
    }

    /// <summary>Opens one.</summary>
    public UdpSocket Open(NetworkAddress local)
    {
        var options = new UdpSocketOptions(local) { SharesPort = false, StampsArrivals = true };
        Assert.Equal(SystemError.None, UdpSocket.TryOpen(options, out var socket));
        _sockets.Add(socket!.Local, socket);
        return socket;
    }

    /// <summary>When the first of the datagrams that wait at a socket came whose first byte is one of those; null when there is
    /// none. What was read is gone.</summary>
    public TimeSpan? FirstArrival(NetworkAddress local, byte from, byte to)
    {
        var count = _sockets[local].Receive(_receive);
        for (var index = 0; index < count; index++)
        {
            var first = _pool.Slot(_handles[index])[0];
            if (first >= from && first <= to)
            {
                return _receive.ArrivedAt(index);
            }
        }

        return null;
    }
}
