using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Receiving;
using Edge.Protocol.Transport.Sending;
using Edge.Testing.Network;
using Edge.Wire.Rtp;
using Xunit;

namespace Edge.Protocol.Tests.Transport.Handover;

/// <summary>The node's side of a session, which moves from process to process: each has a clock of its own.</summary>
/// <remarks>Sends sound each 20 ms and a picture of three packets each 33 ms on the streams it has, repairs what is asked for,
/// tests the path as the estimate wishes, and checks of all that leaves that no number is used twice.</remarks>
internal sealed class MovableNode(Peer first, int streams, byte sequenceId) : ISimulatedEndpoint
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private readonly Queue<byte[]> _outgoing = new();
    private readonly Dictionary<(int Stream, ushort Number), byte[]> _history = [];
    private readonly HashSet<(uint Ssrc, long Index)> _sent = [];
    private readonly Dictionary<uint, SequenceUnwrapper> _indices = [];
    private readonly HashSet<uint> _controlIndices = [];
    private readonly ushort[] _numbers = new ushort[streams];
    private readonly byte[] _slot = new byte[PacketPool.SlotBytes];
    private Instant _sendAt = Instant.Never;
    private uint _timestamp = 1000;
    private int? _transportNumber = -1;

    public Peer Peer { get; private set; } = first;

    /// <summary>Where the index of an SRTCP packet stands.</summary>
    public int ControlIndexFromEnd { get; init; }

    /// <summary>Whether media that the peer refuses is lost; else it is a failure.</summary>
    public bool LosesRefused { get; set; }

    /// <summary>From the simulation's clock to that of the process.</summary>
    public TimeSpan Shift { get; private set; }

    public long MediaReceived { get; private set; }

    public long Repairs { get; private set; }

    /// <summary>What came on data channels.</summary>
    public List<(ushort Channel, byte[] Bytes)> Messages { get; } = [];

    /// <summary>What else happened to data channels.</summary>
    public List<(DataChannelEventKind Kind, ushort Channel)> ChannelEvents { get; } = [];

    public long PacketsSent { get; private set; }

    /// <summary>The process's own time.</summary>
    public Instant Local(Instant now) => now + Shift;

    /// <summary>Goes on with the peer of another process.</summary>
    public void MoveTo(Peer peer, TimeSpan shift)
    {
        Peer = peer;
        Shift = shift;
    }

    /// <summary>Goes on with a peer of whose former process nobody knows how far it came: what was sent is not repeated.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="shift">From the simulation's clock to that of the process.</param>
    /// <param name="numbers">The number of the next packet of each stream.</param>
    public void SurviveWith(Peer peer, TimeSpan shift, ReadOnlySpan<ushort> numbers)
    {
        MoveTo(peer, shift);
        numbers.CopyTo(_numbers);
        _history.Clear();
        _outgoing.Clear();
        _transportNumber = null;
    }

    public void Start(Instant now) => _sendAt = now;

    public void HandleDatagram(in NetworkAddress source, Span<byte> datagram, Instant now)
    {
        if (Peer.HandleDatagram(source, datagram, Local(now), out _) == PeerInputKind.Rtp)
        {
            MediaReceived++;
        }

        Drain(now);
    }

    public void HandleTimeout(Instant now)
    {
        Peer.HandleTimeout(Local(now));
        Drain(now);
        if (_sendAt <= now)
        {
            _sendAt = now + Tick;
            SendAll(now);
        }
    }

    public int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta)
    {
        meta = new TransmitMeta(Peer.Transport.Selected);
        if (_outgoing.TryDequeue(out var datagram))
        {
            datagram.CopyTo(destination);
            return datagram.Length;
        }

        var length = Peer.PollTransmit(destination, Local(now), out meta);
        if (DatagramKinds.Classify(destination[..length]) == DatagramKind.Rtcp)
        {
            var index = BinaryPrimitives.ReadUInt32BigEndian(
                destination[(length - ControlIndexFromEnd)..]
            );
            Assert.True(_controlIndices.Add(index), $"SRTCP index {index} is used twice.");
        }

        return length;
    }

    public Instant PollTimeout() => Instant.Min(_sendAt, Peer.PollTimeout() - Shift);

    private void SendAll(Instant now)
    {
        if (!Peer.Transport.MaySend(Local(now)))
        {
            return;
        }

        _timestamp += 960;
        for (var stream = 0; stream < _numbers.Length; stream++)
        {
            for (var part = stream % 2 == 0 ? 3 : 1; part <= 3; part++)
            {
                Send(stream, isLast: part == 3, now);
            }
        }

        while (Peer.Sender.Bandwidth is { } bandwidth && bandwidth.TryTakeProbe(out var probe))
        {
            Peer.Sender.SetProbeCluster(probe.Cluster);
            for (var sent = 0; sent < probe.Packets || sent * 255 < probe.Bytes; sent++)
            {
                Keep(Peer.WritePadding(1, _slot, Local(now)));
            }

            Peer.Sender.SetProbeCluster(0);
        }
    }

    private void Send(int stream, bool isLast, Instant now)
    {
        var number = _numbers[stream]++;
        var payload = new byte[stream % 2 == 0 ? 300 : 800];
        // As VP8 begins a picture, and something that tells packets apart.
        payload[0] = 0x10;
        BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(2), number);
        _history[(stream, number)] = payload;
        var length = Peer.WriteRtp(stream, Describe(number, payload, isLast), _slot, Local(now));
        Assert.True(length > 0 || LosesRefused, $"Packet {number} of stream {stream} was refused.");
        Keep(length);
    }

    private OutgoingRtp Describe(ushort number, byte[] payload, bool isLast) =>
        new()
        {
            Payload = payload,
            SequenceNumber = new SequenceNumber(number),
            Timestamp = _timestamp,
            Marker = isLast,
        };

    private void Drain(Instant now)
    {
        while (Peer.PollEvent(out _))
        {
            // Nothing to do: the test looks at the state.
        }

        while (Peer.Receiver.PollEvent(out var received))
        {
            if (received.Kind == ReceiverEventKind.KeyFrameNeeded)
            {
                Peer.Receiver.RequestKeyFrame(received.Section, received.Layer, Local(now));
            }
        }

        while (Peer.Transport.Channels is { } channels && channels.PollEvent(out var occurred))
        {
            if (occurred.Kind == DataChannelEventKind.Message)
            {
                Messages.Add((occurred.Channel, occurred.Payload.ToArray()));
            }
            else
            {
                ChannelEvents.Add((occurred.Kind, occurred.Channel));
            }
        }

        while (Peer.Sender.PollFeedback(out var feedback))
        {
            if (
                feedback.Kind == SenderFeedbackKind.Nack
                && _history.TryGetValue((feedback.Stream, feedback.Sequence.Value), out var payload)
            )
            {
                var packet = Describe(feedback.Sequence.Value, payload, isLast: false);
                Keep(Peer.WriteRepair(feedback.Stream, packet, _slot, Local(now)));
                Repairs++;
            }
        }
    }

    /// <summary>Lets a datagram leave; no index of an SSRC and no transport-wide number may be there twice.</summary>
    private void Keep(int length)
    {
        if (length == 0)
        {
            return;
        }

        PacketsSent++;
        var datagram = _slot.AsSpan(0, length);
        var ssrc = RtpHeader.ReadSsrc(datagram).Value;
        var indices = _indices.GetValueOrDefault(ssrc);
        var index = indices.Unwrap(RtpHeader.ReadSequenceNumber(datagram));
        _indices[ssrc] = indices;
        Assert.True(_sent.Add((ssrc, index)), $"Index {index} of {ssrc} is used twice.");
        var clear = datagram.ToArray();
        // How long padding is stands where it is encrypted.
        clear[RtpHeader.FlagsOffset] &= unchecked((byte)~RtpHeader.PaddingBit);
        Assert.Equal(RtpParseError.None, RtpPacket.TryParse(clear, out var packet));
        if (packet.TryFindExtension(sequenceId, out var data))
        {
            var transportNumber = BinaryPrimitives.ReadUInt16BigEndian(data);
            Assert.True(
                _transportNumber is null || (ushort)(_transportNumber + 1) == transportNumber,
                $"{transportNumber} follows {_transportNumber}."
            );
            _transportNumber = transportNumber;
        }

        _outgoing.Enqueue(datagram.ToArray());
    }
}
