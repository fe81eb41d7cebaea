using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Sending;
using Edge.Testing.Network;

namespace Edge.Protocol.Tests.Transport;

/// <summary>A peer whose streams a test adds and ends by hand; each packet carries the number of its
/// stream, so that the other end can tell whether it reached the right section.</summary>
internal sealed class ChurningPeer(Peer peer) : ISimulatedEndpoint, IDisposable
{
    private const int PayloadBytes = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly Queue<byte[]> _outgoing = new();
    private readonly Dictionary<int, Stream> _streams = [];
    private Instant _sendAt = Instant.Never;

    public Peer Peer => peer;

    public bool IsConnected { get; private set; }

    /// <summary>Told of each media packet: the section it reached and the number it carries.</summary>
    public Action<int, int>? Received { get; set; }

    /// <summary>Begins a stream that sends a packet every 10 ms.</summary>
    public int Add(MediaAgreement media, int number, Instant now)
    {
        var index = peer.Sender.Add(media);
        _streams[index] = new Stream(number);
        _sendAt = _sendAt.IsSet ? _sendAt : now;
        return index;
    }

    /// <summary>Ends a stream; returns how many packets it sent.</summary>
    public long End(int index)
    {
        var sent = peer.Sender.Stats(index);
        Xunit.Assert.Equal(0, sent.Refused);
        peer.Sender.Remove(index);
        _streams.Remove(index);
        return sent.Packets;
    }

    public void HandleDatagram(in NetworkAddress source, Span<byte> datagram, Instant now)
    {
        var kind = peer.HandleDatagram(source, datagram, now, out var media);
        if (kind == PeerInputKind.Rtp)
        {
            var packet = datagram.Slice(media.Offset, media.Length);
            var number = BinaryPrimitives.ReadInt32BigEndian(packet[(media.HeaderLength + 1)..]);
            Received?.Invoke(media.Section, number);
        }

        Drain();
    }

    public void HandleTimeout(Instant now)
    {
        peer.HandleTimeout(now);
        Drain();
        if (_sendAt.IsSet && now >= _sendAt)
        {
            _sendAt = now + Interval;
            SendAll(now);
        }
    }

    public int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta)
    {
        if (_outgoing.TryDequeue(out var datagram))
        {
            meta = new TransmitMeta(peer.Transport.Selected);
            datagram.CopyTo(destination);
            return datagram.Length;
        }

        return peer.PollTransmit(destination, now, out meta);
    }

    public Instant PollTimeout() => Instant.Min(peer.PollTimeout(), _sendAt);

    public void Dispose() => peer.Dispose();

    private void Drain()
    {
        while (peer.PollEvent(out var occurred))
        {
            IsConnected |= occurred.Kind == PeerEventKind.Connected;
        }

        while (peer.Receiver.PollEvent(out _) || peer.Sender.PollFeedback(out _))
        {
            // Nobody here gives key frames or retransmits.
        }
    }

    private void SendAll(Instant now)
    {
        Span<byte> slot = stackalloc byte[1500];
        Span<byte> payload = stackalloc byte[PayloadBytes];
        foreach (var (index, stream) in _streams)
        {
            payload.Clear();
            // A VP8 descriptor, so that whoever looks inside sees one.
            payload[0] = 0x10;
            BinaryPrimitives.WriteInt32BigEndian(payload[1..], stream.Number);
            var packet = new OutgoingRtp
            {
                Payload = payload,
                SequenceNumber = stream.Next,
                Timestamp = stream.Timestamp += 900,
                Marker = true,
            };
            var length = peer.WriteRtp(index, packet, slot, now);
            if (length > 0)
            {
                stream.Next = stream.Next.Next;
                _outgoing.Enqueue(slot[..length].ToArray());
            }
        }
    }

    private sealed class Stream(int number)
    {
        public int Number => number;

        public SequenceNumber Next { get; set; } = new(32_000);

        public uint Timestamp { get; set; }
    }
}
