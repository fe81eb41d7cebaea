using System.Diagnostics;
using Edge.Native.Sockets;
using Edge.Primitives;
using Edge.Testing.Clients;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A client of our own cores on a real loopback socket.</summary>
internal sealed class SocketClient : IDisposable
{
    private const int Slots = 256;

    private readonly PacketPool _pool = new(index: 0, Slots);
    private readonly PacketHandle[] _handles = new PacketHandle[ReceiveBatch.CapacityDefault];
    private readonly ReceiveBatch _receive = new();
    private readonly SendBatch _send = new();
    private UdpSocket _socket;

    public SocketClient(MediaClient client, string sessionId)
    {
        Client = client;
        SessionId = sessionId;
        _socket = Open();
        for (var index = 0; index < _handles.Length; index++)
        {
            _ = _pool.TryRent(out _handles[index]);
            _receive.Lend(index, _pool.Slot(_handles[index]));
        }
    }

    public MediaClient Client { get; }

    public string SessionId { get; }

    public NetworkAddress Local => _socket.Local;

    /// <summary>While true nothing is sent or received: the network is gone.</summary>
    public bool IsMuted { get; set; }

    /// <summary>Goes on from another port, as behind a NAT that was restarted.</summary>
    public void Rebind()
    {
        _socket.Dispose();
        _socket = Open();
    }

    /// <summary>Sends bytes as they are from the client's own address.</summary>
    public void SendRaw(ReadOnlySpan<byte> datagram, NetworkAddress to)
    {
        datagram.CopyTo(_send.NextSlot());
        _send.Commit(datagram.Length, to, default);
        _ = _socket.Send(_send);
    }

    /// <summary>One turn: receive, time, send. True when anything happened.</summary>
    public bool Pump(Instant now)
    {
        if (IsMuted)
        {
            return false;
        }

        _receive.Limit(_handles.Length);
        for (var index = 0; index < _handles.Length; index++)
        {
            _receive.Lend(index, _pool.Slot(_handles[index]));
        }

        var count = _socket.Receive(_receive);
        for (var index = 0; index < count; index++)
        {
            var datagram = _pool.Slot(_handles[index])[.._receive.Length(index)];
            Client.HandleDatagram(_receive.Source(index), datagram, now);
        }

        if (Client.PollTimeout() <= now)
        {
            Client.HandleTimeout(now);
        }

        return Transmit(now) || count > 0;
    }

    public void Dispose()
    {
        Client.Dispose();
        _socket.Dispose();
    }

    private bool Transmit(Instant now)
    {
        var hasSent = false;
        int length;
        while ((length = Client.PollTransmit(_send.NextSlot(), now, out var meta)) > 0)
        {
            _send.Commit(length, meta.Destination, default);
            hasSent = true;
            if (_send.IsFull)
            {
                _ = _socket.Send(_send);
            }
        }

        if (_send.Count > 0)
        {
            _ = _socket.Send(_send);
        }

        return hasSent;
    }

    private static UdpSocket Open()
    {
        var error = UdpSocket.TryOpen(new(NetworkAddress.FromIPv4(0x7F000001, 0)), out var socket);
        Debug.Assert(error == SystemError.None, "Loopback has free ports.");
        return socket!;
    }
}
