using System.Buffers.Binary;
using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Node.Steering;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Sending;
using Edge.Wire.State;

namespace Edge.Node.Tests.Clusters;

/// <summary>A session as a node has it: its engine, its flows, and made-up media for its client.</summary>
internal sealed class NodeSession(ClusterClient client, string fragment, int identity, Peer peer)
    : ILeaving,
        IFlowHolder
{
    /// <summary>Bytes of a session in a letter at most.</summary>
    public const int BytesMax = 1 << 18;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(40);
    private const int RepairsKept = 64;
    private const uint TicksPerMessage = 20;
    private const uint TicksOfSound = 1920;

    private readonly ushort[] _numbers = new ushort[client.Downlink.Length];
    private readonly Queue<(int Stream, ushort Number, uint Timestamp, byte[] Payload)> _history =
        new();
    private uint _timestamp = 1000;
    private uint _count;
    private uint _messages;

    public ClusterClient Client => client;

    public string Id => client.SessionId;

    /// <summary>The username fragment that leads to it.</summary>
    public string Fragment => fragment;

    public Peer Peer { get; set; } = peer;

    public SessionRoutes Routes { get; } = new();

    /// <summary>What came while it is on its way to another node; null while it is not.</summary>
    public List<(NetworkAddress Source, byte[] Bytes)>? Held { get; set; }

    /// <summary>When media is due, by the node's clock.</summary>
    public Instant SendAt { get; private set; } = Instant.Never;

    /// <summary>How many datagrams are held at most.</summary>
    public int HeldMax { get; set; } = HeldDatagrams.CountMax;

    /// <summary>Whether it is not given to the node of its client's flow: it was, or was tried to.</summary>
    public bool StaysHere { get; set; }

    /// <inheritdoc/>
    public bool IsEntered { get; set; }

    /// <inheritdoc/>
    public bool IsSettled { get; set; }

    /// <inheritdoc/>
    public bool IsReady => IsSettled;

    /// <inheritdoc/>
    public bool IsWritten => Parcel is not null;

    /// <summary>What is written of it; null before it is.</summary>
    public byte[]? Parcel { get; private set; }

    /// <summary>Whether nobody knows who has it.</summary>
    public bool IsOfUnknownFate { get; set; }

    /// <summary>Whether somebody changes it, or gives it away.</summary>
    public bool IsGateTaken { get; private set; }

    public bool IsConnected => Peer.Transport.State == PeerState.Connected;

    /// <inheritdoc/>
    bool IFlowHolder.IsConnected => IsConnected || (IsWritten && !IsClosed);

    /// <summary>Whether it is over, or another node's.</summary>
    public bool IsClosed { get; set; }

    /// <summary>When its client was proved to be where it is sent to; <see cref="Instant.Never"/> before that.</summary>
    public Instant ProvedAt { get; set; } = Instant.Never;

    /// <summary>Begins to send media.</summary>
    public void Start(Instant now) => SendAt = now;

    /// <summary>Keeps a datagram for later; false when there is no room.</summary>
    public bool TryHold(in NetworkAddress source, byte[] datagram)
    {
        if (Held!.Count >= HeldMax)
        {
            return false;
        }

        Held.Add((source, datagram));
        return true;
    }

    /// <summary>Leaves numbers out, as no node should.</summary>
    public void SkipNumbers()
    {
        for (var stream = 0; stream < _numbers.Length; stream++)
        {
            _numbers[stream] += 3;
        }
    }

    /// <summary>It is to be written.</summary>
    public void BeginWriting()
    {
        IsEntered = false;
        IsSettled = false;
    }

    /// <summary>Keeps everybody else from changing it; false when somebody does.</summary>
    public bool TryTakeGate()
    {
        var isFree = !IsGateTaken;
        IsGateTaken = true;
        return isFree;
    }

    /// <summary>Others may change it again.</summary>
    public void LeaveGate() => IsGateTaken = false;

    /// <summary>Writes all of it for another node, and does nothing here from then on; false when it cannot be done now.</summary>
    public bool TryWrite(Instant now)
    {
        using var writer = new StateWriter(now, BytesMax);
        var outer = writer.Begin();
        writer.UInt((ulong)client.Number);
        writer.Text(fragment);
        writer.UInt((ulong)identity);
        RoutePart.WriteAll(writer, Routes);
        writer.UInt(_timestamp);
        writer.UInt(_count);
        writer.UInt(_messages);
        writer.Bool(SendAt.IsSet);
        var numbers = writer.Begin();
        foreach (var number in _numbers)
        {
            writer.UInt(number);
        }

        writer.End(numbers);
        var captured = Peer.TryCapture(writer);
        writer.End(outer);
        Parcel = captured == PeerCapture.Captured ? writer.Written.ToArray() : null;
        return IsWritten;
    }

    /// <summary>Reads one that another node wrote; null when it makes no sense.</summary>
    public static NodeSession? TryRead(
        ReadOnlySpan<byte> parcel,
        ClusterWorld world,
        ClusterNode node,
        Instant now
    )
    {
        var reader = new StateReader(parcel, now);
        var outer = reader.BeginWhole(valuesMin: 9);
        var client = world.ClientOf(reader.Int32(int.MaxValue));
        var fragment = reader.Text(bytesMax: 64);
        var identity = reader.Int32(int.MaxValue);
        var routes = RoutePart.ReadAll(ref reader);
        var timestamp = reader.UInt32();
        var count = reader.UInt32();
        var messages = reader.UInt32();
        var sends = reader.Bool();
        var numbers = reader.Begin();
        var session = new NodeSession(client, fragment, identity, peer: null!)
        {
            StaysHere = world.Mutation != ClusterMutation.MovesAgainAndAgain,
            // Until its shard has resumed it.
            Held = [],
            _timestamp = timestamp,
            _count = count,
            _messages = messages,
            SendAt = sends ? now : Instant.Never,
        };
        for (var stream = 0; stream < session._numbers.Length; stream++)
        {
            session._numbers[stream] = reader.UInt16();
        }

        reader.End(numbers);
        var peer = node.PeersOf(identity)
            .TryRestore(
                ref reader,
                new PeerRestoreOptions
                {
                    Channels = ClusterClient.ChannelOptions,
                    ChannelPool = world.Pool,
                },
                world.Random.Fork()
            );
        reader.End(outer);
        if (peer is null || reader.IsBroken)
        {
            return null;
        }

        session.Peer = peer;
        foreach (var route in routes)
        {
            if (peer.Transport.Ice.IsValidated(route.Remote))
            {
                _ = session.Routes.Set(route.Remote, route.Local, shard: 0);
            }
        }

        return session;
    }

    /// <summary>Writes media that is due.</summary>
    /// <param name="send">Takes each datagram.</param>
    /// <param name="slot">Room for one.</param>
    /// <param name="now">The node's time.</param>
    public void SendMedia(Action<NodeSession, int> send, byte[] slot, Instant now)
    {
        SendAt = now + Tick;
        if (!Peer.Transport.MaySend(now))
        {
            return;
        }

        _timestamp += TicksOfSound;
        _count++;
        for (var stream = 0; stream < _numbers.Length; stream++)
        {
            // Sound each time, and of a picture each third time a packet.
            if (stream > 0 && _count % 3 != 0)
            {
                continue;
            }

            var payload = new byte[stream == 0 ? 60 : 200];
            payload[0] = 0x10;
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(4), _count);
            // What two nodes send under one number is not the same.
            BinaryPrimitives.WriteInt64BigEndian(payload.AsSpan(8), now.Ticks);
            var number = _numbers[stream];
            var length = Peer.WriteRtp(stream, Describe(number, _timestamp, payload), slot, now);
            if (length > 0)
            {
                _numbers[stream]++;
                send(this, length);
                _history.Enqueue((stream, number, _timestamp, payload));
            }

            if (_history.Count > RepairsKept)
            {
                _history.Dequeue();
            }
        }

        Probe(send, slot, now);
        if (_count % TicksPerMessage == 0)
        {
            SendMessage(now);
        }
    }

    private void SendMessage(Instant now)
    {
        Span<byte> message = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(message, _messages);
        if (
            Peer.Transport.Channels is { IsConnected: true } channels
            && channels.Send(ClusterClient.Channel, message, isBinary: true, now)
                == DataChannelSendResult.Accepted
        )
        {
            _messages++;
        }
    }

    /// <summary>Sends a packet again that the client asks for.</summary>
    public void Repair(
        int stream,
        ushort number,
        Action<NodeSession, int> send,
        byte[] slot,
        Instant now
    )
    {
        foreach (var kept in _history)
        {
            if (kept.Stream != stream || kept.Number != number)
            {
                continue;
            }

            var length = Peer.WriteRepair(
                stream,
                Describe(number, kept.Timestamp, kept.Payload),
                slot,
                now
            );
            if (length > 0)
            {
                send(this, length);
            }
        }
    }

    /// <summary>Tests the path as the estimate wishes, with padding.</summary>
    private void Probe(Action<NodeSession, int> send, byte[] slot, Instant now)
    {
        while (Peer.Sender.Bandwidth is { } bandwidth && bandwidth.TryTakeProbe(out var probe))
        {
            Peer.Sender.SetProbeCluster(probe.Cluster);
            for (var sent = 0; sent < probe.Packets; sent++)
            {
                var length = Peer.WritePadding(stream: 1, slot, now);
                if (length > 0)
                {
                    send(this, length);
                }
            }

            Peer.Sender.SetProbeCluster(0);
        }
    }

    private static OutgoingRtp Describe(ushort number, uint timestamp, byte[] payload) =>
        new()
        {
            Payload = payload,
            SequenceNumber = new SequenceNumber(number),
            Timestamp = timestamp,
            Marker = true,
        };
}
