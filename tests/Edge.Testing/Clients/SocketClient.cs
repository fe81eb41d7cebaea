using Edge.Native.Sockets;
using Edge.Primitives;
using Edge.Protocol.Transport;

namespace Edge.Testing.Clients;

/// <summary>A client of our own cores on a real socket.</summary>
public sealed class SocketClient : IDisposable
{
    /// <summary>Datagrams received at once. Chosen: more than a frame's; preparing 64 took a tenth of the time of who
    /// drives a hundred clients.</summary>
    private const int BatchDatagrams = 16;

    /// <summary>Messages received at once, where each may be a frame.</summary>
    private const int BatchMessages = 4;

    private const byte HandshakeType = 22;

    private readonly PacketPool _pool = new(index: 0, BatchDatagrams + 1);
    private readonly PacketHandle[] _handles;
    private readonly PacketHandle _taken;
    private readonly ReceiveBatch _receive;
    private readonly SendBatch _send = new();
    private UdpSocket _socket;
    private FramedConnection? _connection;
    private NetworkAddress _checked;
    private bool _isAnswered;
    private Instant _dueAt = Instant.Zero;

    /// <summary>A client on a loopback port of the kernel's choice.</summary>
    public SocketClient(MediaClient client, string sessionId)
        : this(client, sessionId, Open(NetworkAddress.FromIPv4(0x7F000001, 0))) { }

    /// <summary>A client on a socket that is open already; both are owned from now on.</summary>
    /// <param name="client">The client.</param>
    /// <param name="sessionId">What the server calls the session.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="takesRuns">Whether the socket merges arrivals (<see cref="Open"/>).</param>
    public SocketClient(
        MediaClient client,
        string sessionId,
        UdpSocket socket,
        bool takesRuns = false
    )
    {
        Client = client;
        SessionId = sessionId;
        _socket = socket;
        _handles = new PacketHandle[takesRuns ? BatchMessages : BatchDatagrams];
        _receive = new ReceiveBatch(_handles.Length, takesRuns);
        _ = _pool.TryRent(out _taken);
        for (var index = 0; index < _handles.Length; index++)
        {
            _ = _pool.TryRent(out _handles[index]);
            _receive.Lend(index, _pool.Slot(_handles[index]));
        }
    }

    /// <summary>The client.</summary>
    public MediaClient Client { get; }

    /// <summary>What the server calls the session.</summary>
    public string SessionId { get; }

    /// <summary>The socket's address.</summary>
    public NetworkAddress Local => _socket.Local;

    /// <summary>While true nothing is sent or received: the network is gone.</summary>
    public bool IsMuted { get; set; }

    /// <summary>Whether to lose the next media datagram that comes in; nothing is lost by default.</summary>
    public Func<bool> LosesMedia { get; set; } = () => false;

    /// <summary>Where the network takes what is sent to an address, as routers in front of an anycast address do.</summary>
    public Func<NetworkAddress, NetworkAddress> Route { get; set; } = static to => to;

    /// <summary>What all that comes in passes, if anything.</summary>
    public LimitedPath? Path { get; set; }

    /// <summary>Media datagrams lost by <see cref="LosesMedia"/>.</summary>
    public int LostCount { get; private set; }

    /// <summary>Bytes of the longest datagram received, without UDP and IP headers.</summary>
    public int LongestDatagram { get; private set; }

    /// <summary>The TCP connection by which it speaks instead of its socket; null while it does not.</summary>
    public FramedConnection? Connection => _connection;

    /// <summary>While true nothing is received: what comes over TCP piles up.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>Whether what it sends at once leaves as one message, which the other end may receive as one (UDP_GRO).</summary>
    public bool SendsRuns
    {
        get => _send.GroupsSegments;
        set => _send.GroupsSegments = value;
    }

    /// <summary>DTLS datagrams received.</summary>
    public int HandshakeDatagrams { get; private set; }

    /// <summary>Those among them that begin with a record of a handshake (content type 22, RFC 6347 §4.1): none, while nobody
    /// begins another.</summary>
    public int HandshakeRecords { get; private set; }

    /// <summary>Puts the kernel's stamp of a datagram, wall time since 1970, on the client's timeline, for sockets that stamp;
    /// by default a datagram came when it was fetched.</summary>
    public Func<TimeSpan, Instant, Instant> ArrivalTime { get; init; } = static (_, now) => now;

    /// <summary>When the client has something to do, if nothing comes before.</summary>
    public Instant DueAt => _dueAt;

    /// <summary>Opens a socket; throws where there is none.</summary>
    /// <param name="local">Its address.</param>
    /// <param name="stampsArrivals">Whether the kernel stamps what comes.</param>
    /// <param name="mergesArrivals">Whether what a server sent as one message may be received as one.</param>
    public static UdpSocket Open(
        NetworkAddress local,
        bool stampsArrivals = false,
        bool mergesArrivals = false
    )
    {
        var error = UdpSocket.TryOpen(
            new(local)
            {
                SharesPort = false,
                StampsArrivals = stampsArrivals,
                MergesArrivals = mergesArrivals,
            },
            out var socket
        );
        return socket ?? throw new TestingException($"No socket at {local}: {error}");
    }

    /// <summary>Goes on from another port, as behind a NAT that was restarted.</summary>
    public void Rebind()
    {
        var local = _socket.Local.WithPort(0);
        _socket.Dispose();
        _socket = Open(local);
    }

    /// <summary>Goes on over a new TCP connection to the server. As browsers do, it only checks on it until it
    /// has an answer: on a connection made anew that is with the next check of consent.</summary>
    /// <param name="server">The server's candidate.</param>
    /// <param name="receiveBufferBytes">See <see cref="FramedConnection"/>.</param>
    /// <param name="candidate">The candidate that it checks, where that has another address; what comes over the connection
    /// comes from there.</param>
    public void Dial(
        NetworkAddress server,
        int receiveBufferBytes = 0,
        NetworkAddress candidate = default
    )
    {
        _connection?.Dispose();
        _checked = candidate.IsEmpty ? server : candidate;
        _connection = new FramedConnection(server, receiveBufferBytes);
        _isAnswered = false;
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
        _dueAt = now;
        return PumpDue(now);
    }

    /// <summary>The same for drivers of many clients, where nobody told the client anything since its last turn: when
    /// nothing came and nothing is due, that is all. A client looks at each of its sections to find that it has nothing
    /// to send.</summary>
    public bool PumpDue(Instant now)
    {
        if (IsMuted)
        {
            return false;
        }

        var count = Receive(now);
        if (count == 0 && now < _dueAt)
        {
            return false;
        }

        if (count > 0 || Client.PollTimeout() <= now)
        {
            Client.HandleTimeout(now);
        }

        var hasSent = Transmit(now);
        _dueAt = Client.PollTimeout();
        return hasSent || count > 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Client.Dispose();
        _socket.Dispose();
        _connection?.Dispose();
    }

    /// <summary>Takes what came; how many datagrams that were.</summary>
    private int Receive(Instant now)
    {
        if (IsDeaf)
        {
            return 0;
        }

        var count = _connection is { } connection
            ? ReceiveFrom(connection, now)
            : ReceiveFromSocket(now);
        while (Path is { } through && through.TryGive(out var source, out var passed, now))
        {
            Client.HandleDatagram(source, passed, now);
            count++;
        }

        return count;
    }

    private int ReceiveFromSocket(Instant now)
    {
        var count = _socket.Receive(_receive);
        for (var index = 0; index < count; index++)
        {
            var datagram = _pool.Slot(_handles[index])[.._receive.Length(index)];
            var arrivedAt = ArrivalTime(_receive.ArrivedAt(index), now);
            Take(_receive.Source(index), datagram, arrivedAt, now);
            TakeRest(index, arrivedAt, now);
        }

        return count;
    }

    /// <summary>Takes the datagrams that were received as one message with the first.</summary>
    private void TakeRest(int index, Instant arrivedAt, Instant now)
    {
        var segments = _receive.Segments(index);
        for (var segment = 1; segment < segments; segment++)
        {
            var datagram = _pool.Slot(_taken)[.._receive.SegmentLength(index, segment)];
            _receive.CopySegment(index, segment, datagram);
            Take(_receive.Source(index), datagram, arrivedAt, now);
        }
    }

    private int ReceiveFrom(FramedConnection connection, Instant now)
    {
        var count = 0;
        connection.Flush();
        while (count < BatchDatagrams && connection.TryReceive(out var packet))
        {
            _isAnswered = true;
            Take(_checked, packet, arrivedAt: now, now);
            count++;
        }

        return count;
    }

    private void Take(in NetworkAddress source, Span<byte> datagram, Instant arrivedAt, Instant now)
    {
        LongestDatagram = Math.Max(LongestDatagram, datagram.Length);
        var kind = DatagramKinds.Classify(datagram);
        HandshakeDatagrams += kind == DatagramKind.Dtls ? 1 : 0;
        HandshakeRecords += kind == DatagramKind.Dtls && datagram[0] == HandshakeType ? 1 : 0;
        if (kind == DatagramKind.Rtp && LosesMedia())
        {
            LostCount++;
            return;
        }

        if (Path is { } path)
        {
            path.Take(source, datagram, now);
        }
        else
        {
            Client.HandleDatagram(source, datagram, arrivedAt, now);
        }
    }

    private void Send(FramedConnection connection, ReadOnlySpan<byte> datagram)
    {
        if (_isAnswered || DatagramKinds.Classify(datagram) == DatagramKind.Stun)
        {
            connection.Send(datagram);
        }
    }

    private bool Transmit(Instant now)
    {
        var hasSent = false;
        int length;
        while ((length = Client.PollTransmit(_send.NextSlot(), now, out var meta)) > 0)
        {
            if (_connection is { } connection)
            {
                Send(connection, _send.NextSlot()[..length]);
                hasSent = true;
                continue;
            }

            _send.Commit(length, Route(meta.Destination), default);
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
}
