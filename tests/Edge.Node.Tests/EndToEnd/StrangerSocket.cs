using Edge.Native.Sockets;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A socket that has nothing to do with any session.</summary>
internal sealed class StrangerSocket : IDisposable
{
    private readonly UdpSocket _socket;
    private readonly SendBatch _send = new();
    private readonly ReceiveBatch _receive = new();
    private readonly PacketPool _pool = new(index: 0, slots: 1);
    private readonly PacketHandle _handle;

    /// <summary>Opens one.</summary>
    /// <param name="host">Where; unset: 127.0.0.1.</param>
    public StrangerSocket(NetworkAddress host = default)
    {
        Assert.Equal(
            SystemError.None,
            UdpSocket.TryOpen(
                new(host.IsEmpty ? NetworkAddress.FromIPv4(0x7F000001, 0) : host)
                {
                    SharesPort = false,
                },
                out var socket
            )
        );
        _socket = socket!;
        Assert.True(_pool.TryRent(out _handle));
        _receive.Lend(0, _pool.Slot(_handle));
    }

    public NetworkAddress Local => _socket.Local;

    public void Send(ReadOnlySpan<byte> datagram, NetworkAddress to)
    {
        datagram.CopyTo(_send.NextSlot());
        _send.Commit(datagram.Length, to, default);
        _ = _socket.Send(_send);
    }

    public int Receive() => _socket.Receive(_receive);

    /// <summary>The next datagram; empty when none waits. Valid until the next call.</summary>
    public ReadOnlySpan<byte> ReceiveOne() =>
        Receive() == 0 ? [] : _pool.Slot(_handle)[.._receive.Length(0)];

    public void Dispose() => _socket.Dispose();
}
