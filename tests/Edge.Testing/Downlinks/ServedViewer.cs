using Edge.Forwarding.Downlinks;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Sending;

namespace Edge.Testing.Downlinks;

/// <summary>A viewer as its node has it: the peer, what it is sent, and what its network carries.</summary>
public sealed partial class ServedViewer : IDisposable
{
    private readonly PacketPool _pool;
    private readonly byte[] _slot = new byte[PacketPool.SlotBytes];
    private readonly Queue<byte[]> _outbox = new();
    private int _repeated;
    private Instant _deadline = Instant.Never;
    private bool _isTouched = true;
    private bool _maySend = true;

    internal ServedViewer(NetworkAddress address, Peer peer, WaitingRoom room, PacketPool pool)
    {
        Address = address;
        Peer = peer;
        _pool = pool;
        Downlink = new Downlink(peer.Sender.Bandwidth!, room);
    }

    /// <summary>Where the viewer is.</summary>
    public NetworkAddress Address { get; }

    /// <summary>The node's end of the connection.</summary>
    public Peer Peer { get; }

    /// <summary>What its network carries.</summary>
    public Downlink Downlink { get; private set; }

    /// <summary>What it is sent, by stream.</summary>
    public List<ServedTrack> Tracks { get; } = [];

    /// <summary>Whether it is connected.</summary>
    public bool IsConnected { get; internal set; }

    /// <summary>Bytes of datagrams of media, repairs and padding that were sent.</summary>
    public long SentBytes { get; private set; }

    /// <inheritdoc/>
    public void Dispose() => Peer.Dispose();

    /// <summary>Something was told to its peer or its downlink: what it wants next is to be asked anew.</summary>
    internal void Touch()
    {
        _isTouched = true;
        _maySend = true;
    }

    internal Instant PollTimeout()
    {
        if (_isTouched)
        {
            _deadline = Instant.Min(Peer.PollTimeout(), Downlink.PollTimeout());
            _isTouched = false;
        }

        return _deadline;
    }

    /// <summary>The next datagram: what the handshake says last goes before the first packet of media.</summary>
    internal int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta)
    {
        meta = default;
        if (!_maySend)
        {
            return 0;
        }

        var length = Peer.PollTransmit(destination, now, out meta);
        if (length == 0)
        {
            meta = new TransmitMeta(Address);
            _maySend = TryTake(destination, out length);
        }

        _isTouched = true;
        return length;
    }

    internal void Send(Subscription subscription, in ForwardedPacket packet, Instant now)
    {
        Touch();
        var track = (ServedTrack)subscription.Owner!;
        if (!Downlink.TryHold(subscription, packet, track.IsSound, now))
        {
            Write(track, packet, now);
        }
    }

    internal void Run(Instant now)
    {
        Touch();
        Downlink.HandleTimeout(now);
        var sink = new Sink(this, now);
        Downlink.Pump(ref sink, now);
    }

    private bool TryTake(Span<byte> destination, out int length)
    {
        length = 0;
        if (!_outbox.TryDequeue(out var datagram))
        {
            return false;
        }

        datagram.CopyTo(destination);
        length = datagram.Length;
        return true;
    }

    private void Write(ServedTrack track, in ForwardedPacket packet, Instant now)
    {
        var source = packet.Handle.IsNone ? default : _pool.Slot(packet.Handle);
        var outgoing = new OutgoingRtp
        {
            Payload = source.Slice(packet.TailOffset, packet.TailLength),
            Prefix = packet.PrefixBytes,
            SequenceNumber = packet.SequenceNumber,
            Timestamp = packet.Timestamp,
            Marker = packet.Marker,
            CaptureTime = packet.CaptureTime,
        };
        Peer.Sender.SetProbeCluster(Downlink.ProbeCluster);
        var length = packet.IsRetransmission
            ? Peer.WriteRepair(track.Stream, outgoing, _slot, now)
            : Peer.WriteRtp(track.Stream, outgoing, _slot, now);
        Note(length, isPadding: false, now);
    }

    private void Note(int length, bool isPadding, Instant now)
    {
        if (length > 0)
        {
            SentBytes += length;
            _outbox.Enqueue(_slot[..length]);
            Downlink.HandleSent(length, isPadding, now);
        }
    }

    private bool SendProbe(Instant now)
    {
        foreach (var track in Tracks)
        {
            if (track.IsSound || !Peer.Sender.TakesPadding(track.Stream))
            {
                continue;
            }

            var sink = new ViewerSink(this, now);
            _repeated = (_repeated + 1) % 8;
            if (track.Track.TryRepeat(track.Subscription, _repeated, ref sink, now))
            {
                return true;
            }

            Peer.Sender.SetProbeCluster(Downlink.ProbeCluster);
            var length = Peer.WritePadding(track.Stream, _slot, now);
            Note(length, isPadding: true, now);
            return length > 0;
        }

        return false;
    }

    /// <summary>Sends what subscriptions forward.</summary>
    internal readonly struct ViewerSink(ServedViewer viewer, Instant now) : IForwardSink
    {
        /// <inheritdoc/>
        public void Send(Subscription subscription, in ForwardedPacket packet) =>
            viewer.Send(subscription, packet, now);
    }

    private readonly struct Sink(ServedViewer viewer, Instant now) : IDownlinkSink
    {
        /// <inheritdoc/>
        public void Send(Subscription subscription, in ForwardedPacket packet) =>
            viewer.Write((ServedTrack)subscription.Owner!, packet, now);

        /// <inheritdoc/>
        public bool SendProbe() => viewer.SendProbe(now);
    }
}
