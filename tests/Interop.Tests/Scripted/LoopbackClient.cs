using System.Net;
using System.Net.Sockets;
using Edge.Primitives;
using Edge.Testing.Clients;

namespace Interop.Tests.Scripted;

/// <summary>A client of our own cores on a real loopback socket, with the quirks of a real one.</summary>
internal sealed class LoopbackClient : IDisposable
{
    private readonly Socket _socket = new(
        AddressFamily.InterNetwork,
        SocketType.Dgram,
        ProtocolType.Udp
    )
    {
        Blocking = false,
    };
    private readonly byte[] _buffer = new byte[PacketPool.SlotBytes];
    private readonly IWireQuirks? _quirks;

    public LoopbackClient(MediaClient client, Uri session, IPEndPoint server, IWireQuirks? quirks)
    {
        Client = client;
        Session = session;
        Server = server;
        _quirks = quirks;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        client.RepairWanted = Resend;
        Local = NetworkAddress.From((IPEndPoint)_socket.LocalEndPoint!);
    }

    public MediaClient Client { get; }

    /// <summary>The session's URL.</summary>
    public Uri Session { get; }

    /// <summary>Where the server takes media.</summary>
    public IPEndPoint Server { get; }

    public NetworkAddress Local { get; }

    /// <summary>Sends bytes as they are from the client's own address.</summary>
    public void SendRaw(ReadOnlySpan<byte> datagram) =>
        _socket.SendTo(datagram, SocketFlags.None, Server);

    /// <summary>One turn: receive, time, send. True when anything happened.</summary>
    public bool Pump(Instant now)
    {
        var hasWorked = Receive(now);
        if (Client.PollTimeout() <= now)
        {
            Client.HandleTimeout(now);
        }

        int length;
        while ((length = Client.PollTransmit(_buffer, now, out var meta)) > 0)
        {
            hasWorked = true;
            Transmit(length, meta.Destination, now);
        }

        return hasWorked;
    }

    public void Dispose()
    {
        Client.Dispose();
        _socket.Dispose();
    }

    private void Resend(int stream, SequenceNumber sequence)
    {
        if (_quirks?.FindSent(sequence) is { } packet)
        {
            SendRaw(packet);
        }
    }

    private bool Receive(Instant now)
    {
        var hasWorked = false;
        while (_socket.Available > 0)
        {
            EndPoint source = new IPEndPoint(IPAddress.Any, 0);
            var length = _socket.ReceiveFrom(_buffer, ref source);
            var datagram = _buffer.AsSpan(0, length);
            hasWorked = true;
            if (length > 0 && (_quirks?.LetsIn(datagram) ?? true))
            {
                Client.HandleDatagram(NetworkAddress.From((IPEndPoint)source), datagram, now);
            }
        }

        return hasWorked;
    }

    private void Transmit(int length, NetworkAddress destination, Instant now)
    {
        byte[]? reply = null;
        length = _quirks?.Rewrite(_buffer, length, Local, out reply) ?? length;
        if (length > 0)
        {
            _socket.SendTo(_buffer.AsSpan(0, length), SocketFlags.None, destination.ToEndPoint());
        }

        if (reply is not null)
        {
            Client.HandleDatagram(destination, reply, now);
        }
    }
}
