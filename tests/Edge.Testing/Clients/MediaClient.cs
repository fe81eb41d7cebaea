using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Receiving;
using Edge.Protocol.Transport.Sending;
using Edge.Testing.Clients.Watching;
using Edge.Testing.Network;

namespace Edge.Testing.Clients;

/// <summary>A client made of our own cores: publishes made-up media, counts what it plays.</summary>
/// <remarks>Sans-IO like the peer it wraps, so that simulations, socket tests and the load tool drive
/// the same client.</remarks>
public sealed class MediaClient : ISimulatedEndpoint, IDisposable
{
    private readonly ClientStream[] _streams;
    private readonly byte[] _payload = new byte[PacketPool.SlotBytes];
    private readonly Queue<(int Stream, SequenceNumber Sequence)> _repairs = new();
    private bool _isStarted;
    private bool _isClosing;

    /// <summary>Wraps a peer.</summary>
    /// <param name="peer">The peer, owned from now on.</param>
    /// <param name="streams">What it publishes, in the order of the sender's streams.</param>
    public MediaClient(Peer peer, params ClientStream[] streams)
    {
        Peer = peer;
        _streams = streams;
        Played = new PlayedTrack[peer.Receiver.SectionCount];
        for (var section = 0; section < Played.Length; section++)
        {
            Played[section] = new PlayedTrack();
        }
    }

    /// <summary>The peer.</summary>
    public Peer Peer { get; }

    /// <summary>What was received of each section. Changes: with <see cref="AddPlayed"/>.</summary>
    public PlayedTrack[] Played { get; private set; }

    /// <summary>Its data channels, if it has any: see <see cref="Attach"/>.</summary>
    public ClientChannels? Channels { get; private set; }

    /// <summary>What it sends, in the order of its sections and their layers.</summary>
    public IReadOnlyList<ClientStream> Streams => _streams;

    /// <summary>When the peer connected.</summary>
    public Instant ConnectedAt { get; private set; } = Instant.Never;

    /// <summary>Key-frame requests received.</summary>
    public int KeyFrameRequests { get; private set; }

    /// <summary>Whether NACK and PLI are ignored, as FFmpeg 8.0 does.</summary>
    public bool IgnoresFeedback { get; init; }

    /// <summary>Told of each packet of a stream that the other side asks for again: for clients that have
    /// a way of their own to resend what they sent where no retransmission format was agreed.</summary>
    public Action<int, SequenceNumber>? RepairWanted { get; set; }

    /// <summary>A filter of what leaves, to lose or hold chosen datagrams; true sends.</summary>
    public Func<ReadOnlyMemory<byte>, bool>? OutgoingFilter { get; set; }

    /// <summary>What it sends back in place of its peer's own reports, as browsers do where they play; null for the peer's,
    /// which are those of a server.</summary>
    public BrowserFeedback? Feedback { get; init; }

    /// <inheritdoc/>
    public void HandleDatagram(in NetworkAddress source, Span<byte> datagram, Instant now) =>
        HandleDatagram(source, datagram, arrivedAt: now, now);

    /// <summary>The same of a datagram that came to the machine earlier: times of packets go by that.</summary>
    public void HandleDatagram(
        in NetworkAddress source,
        Span<byte> datagram,
        Instant arrivedAt,
        Instant now
    )
    {
        if (Feedback is { } feedback && DatagramKinds.Classify(datagram) == DatagramKind.Rtp)
        {
            feedback.HandleRtp(datagram, arrivedAt);
            if (feedback.IsEnough)
            {
                return;
            }
        }

        var kind = Peer.HandleDatagram(source, datagram, arrivedAt, now, out var media);
        if (kind == PeerInputKind.Rtp)
        {
            var packet = datagram.Slice(media.Offset, media.Length);
            var payload = packet.Slice(media.HeaderLength, media.PayloadLength);
            Played[media.Section].HandlePacket(media, payload, arrivedAt);
        }
        else if (kind == PeerInputKind.Rtcp)
        {
            Feedback?.HandleRtcp(datagram, arrivedAt);
        }

        Drain(now);
    }

    /// <inheritdoc/>
    public void HandleTimeout(Instant now)
    {
        Peer.HandleTimeout(now);
        Drain(now);
    }

    /// <inheritdoc/>
    public int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta)
    {
        while (true)
        {
            var length = PollOne(destination, now, out meta);
            if (length == 0 || IsLetOut(destination[..length]))
            {
                return length;
            }
        }
    }

    /// <inheritdoc/>
    public Instant PollTimeout()
    {
        var next = Feedback is { } feedback
            ? Instant.Min(Peer.Transport.PollTimeout(), feedback.PollTimeout())
            : Peer.PollTimeout();
        if (_isStarted && Peer.Transport is { State: PeerState.Connected, HasConsent: true })
        {
            foreach (var stream in _streams)
            {
                next = Instant.Min(next, stream.NextAt);
            }
        }

        return next;
    }

    /// <summary>Gives it data channels, which connect with it.</summary>
    public ClientChannels Attach(ClientChannels channels, Instant now)
    {
        Channels = channels;
        Peer.Transport.Attach(channels.Transport, now);
        return channels;
    }

    /// <summary>Takes another section that the other side sends in from now on.</summary>
    public PlayedTrack AddPlayed(MediaAgreement media, Instant now)
    {
        var section = Peer.AddReceived(media, now);
        if (section == Played.Length)
        {
            Played = [.. Played, new PlayedTrack()];
        }
        else
        {
            Played[section] = new PlayedTrack();
        }

        return Played[section];
    }

    /// <summary>Ends the session from this side.</summary>
    public void Close(Instant now)
    {
        _isClosing = true;
        Peer.Close(now);
    }

    /// <inheritdoc/>
    public void Dispose() => Peer.Dispose();

    private bool IsLetOut(ReadOnlySpan<byte> datagram) =>
        OutgoingFilter is null || OutgoingFilter(datagram.ToArray());

    private int PollOne(Span<byte> destination, Instant now, out TransmitMeta meta)
    {
        var length =
            Feedback is { } feedback && !_isClosing
                ? PollWatching(feedback, destination, now, out meta)
                : Peer.PollTransmit(destination, now, out meta);
        if (length > 0 || !_isStarted || !Peer.Transport.MaySend(now))
        {
            return length;
        }

        meta = new TransmitMeta(Peer.Transport.Selected);
        length = PollRepair(destination, now);
        return length > 0 ? length : PollMedia(destination, now);
    }

    private int PollWatching(
        BrowserFeedback feedback,
        Span<byte> destination,
        Instant now,
        out TransmitMeta meta
    )
    {
        var transport = Peer.Transport;
        var length = transport.PollTransmit(destination, now, out meta);
        if (length > 0 || !transport.MaySend(now))
        {
            return length;
        }

        meta = new TransmitMeta(transport.Selected);
        length = feedback.Poll(destination, now);
        return length == 0 ? 0 : transport.ProtectRtcp(destination, length);
    }

    private int PollRepair(Span<byte> destination, Instant now)
    {
        while (_repairs.TryDequeue(out var wanted))
        {
            if (
                !_streams[wanted.Stream]
                    .History.TryFind(wanted.Sequence, out var packet, out var payload)
            )
            {
                continue;
            }

            var outgoing = Describe(_streams[wanted.Stream], packet, payload, wanted.Sequence);
            var length = Peer.WriteRepair(wanted.Stream, outgoing, destination, now);
            if (length > 0)
            {
                return length;
            }
        }

        return 0;
    }

    private int PollMedia(Span<byte> destination, Instant now)
    {
        for (var index = 0; index < _streams.Length; index++)
        {
            var stream = _streams[index];
            while (stream.TryNext(_payload, now, out var packet, out var sequence))
            {
                if (!stream.IsEnabled)
                {
                    continue;
                }

                var outgoing = Describe(
                    stream,
                    packet,
                    _payload.AsSpan(0, packet.Length),
                    sequence
                );
                var length = Peer.WriteRtp(index, outgoing, destination, now);
                if (length > 0)
                {
                    return length;
                }
            }
        }

        return 0;
    }

    private static OutgoingRtp Describe(
        ClientStream stream,
        SyntheticPacket packet,
        ReadOnlySpan<byte> payload,
        SequenceNumber sequence
    ) =>
        new()
        {
            SourcePacket = stream.SourcePacket,
            Payload = payload,
            SequenceNumber = sequence,
            Timestamp = packet.Timestamp,
            Marker = packet.Marker,
            IsTelephoneEvent = packet.IsTelephoneEvent,
            IsRedundant = packet.IsRedundant,
        };

    private void Drain(Instant now)
    {
        while (Peer.PollEvent(out var peerEvent))
        {
            if (peerEvent.Kind == PeerEventKind.Connected)
            {
                ConnectedAt = now;
                Start(now);
            }
        }

        while (Peer.Receiver.PollEvent(out var receiverEvent))
        {
            if (receiverEvent.Kind == ReceiverEventKind.KeyFrameNeeded)
            {
                RequestKeyFrame(receiverEvent, now);
            }
        }

        while (Peer.Sender.PollFeedback(out var feedback))
        {
            HandleFeedback(feedback);
        }

        Channels?.Drain();
    }

    private void RequestKeyFrame(ReceiverEvent wanted, Instant now)
    {
        if (Feedback is { } feedback)
        {
            feedback.RequestKeyFrame(wanted.Section);
        }
        else
        {
            Peer.Receiver.RequestKeyFrame(wanted.Section, wanted.Layer, now);
        }
    }

    private void Start(Instant now)
    {
        _isStarted = true;
        foreach (var stream in _streams)
        {
            stream.Start(now);
        }
    }

    private void HandleFeedback(SenderFeedback feedback)
    {
        if (feedback.Kind == SenderFeedbackKind.KeyFrame)
        {
            KeyFrameRequests++;
        }

        if (IgnoresFeedback)
        {
            return;
        }

        if (feedback.Kind == SenderFeedbackKind.KeyFrame)
        {
            _streams[feedback.Stream].RequestKeyFrame();
        }
        else
        {
            if (RepairWanted is null || Peer.Sender.HasRepairStream(feedback.Stream))
            {
                _repairs.Enqueue((feedback.Stream, feedback.Sequence));
            }

            RepairWanted?.Invoke(feedback.Stream, feedback.Sequence);
        }
    }
}
