using Edge.Native.Sockets;
using Edge.Primitives;

namespace Edge.Benchmarks.Sending;

/// <summary>Sockets that datagrams are sent to, and emptied of them between two counts.</summary>
internal sealed class Receivers : IDisposable
{
    private readonly byte[] _bytes = GC.AllocateArray<byte>(
        ReceiveBatch.CapacityDefault * PacketPool.SlotBytes,
        pinned: true
    );
    private readonly ReceiveBatch _batch = new(takesMerged: true);
    private readonly UdpSocket[] _sockets;

    public Receivers(int count, bool mergesArrivals)
    {
        _sockets = new UdpSocket[count];
        for (var index = 0; index < count; index++)
        {
            _sockets[index] = Open(mergesArrivals);
        }

        for (var index = 0; index < _batch.Capacity; index++)
        {
            _batch.Lend(index, _bytes.AsSpan(index * PacketPool.SlotBytes, PacketPool.SlotBytes));
        }

        Addresses = Array.ConvertAll(_sockets, socket => socket.Local);
    }

    public NetworkAddress[] Addresses { get; }

    public static UdpSocket Open(bool mergesArrivals)
    {
        var options = new UdpSocketOptions(Datagrams.Loopback)
        {
            SharesPort = false,
            MergesArrivals = mergesArrivals,
        };
        var error = UdpSocket.TryOpen(options, out var socket);
        return socket ?? throw new InvalidOperationException($"No socket: {error}.");
    }

    /// <summary>Takes all that has come; returns how many datagrams.</summary>
    public int Drain()
    {
        var count = 0;
        foreach (var socket in _sockets)
        {
            int messages;
            while ((messages = socket.Receive(_batch)) > 0)
            {
                for (var index = 0; index < messages; index++)
                {
                    count += _batch.Segments(index);
                }
            }
        }

        return count;
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }
}
