using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport.Receiving;
using Edge.Protocol.Transport.Sending;

namespace Edge.Protocol.Transport;

/// <summary>One WebRTC peer, sans-IO: its transport, what it sends us and what we send it.</summary>
/// <remarks>
/// Driven by one thread through Handle*, Poll* and commands, with explicit time. After any input the
/// driver polls transmits until 0 and events until false. Source: the shape of sans-IO engines, so that
/// shards, test clients and simulations drive the same code.
/// </remarks>
public sealed partial class Peer : IDisposable
{
    private readonly PeerTransport _transport;
    private bool _hasSaidGoodbye;
    private bool _wantsGoodbye;

    /// <summary>Composes a peer from its parts, which it then owns.</summary>
    public Peer(PeerTransport transport, MediaReceiver receiver, MediaSender sender)
    {
        _transport = transport;
        Receiver = receiver;
        Sender = sender;
    }

    /// <summary>The connection.</summary>
    public PeerTransport Transport => _transport;

    /// <summary>What the peer sends us.</summary>
    public MediaReceiver Receiver { get; }

    /// <summary>What we send the peer.</summary>
    public MediaSender Sender { get; }

    /// <summary>Takes a datagram that came just now.</summary>
    /// <returns>What it was; with <see cref="PeerInputKind.Rtp"/>, <paramref name="media"/> is a packet to
    /// forward.</returns>
    [HotPath]
    public PeerInputKind HandleDatagram(
        in NetworkAddress source,
        Span<byte> datagram,
        Instant now,
        out ReceivedMedia media
    ) => HandleDatagram(source, datagram, arrivedAt: now, now, out media);

    /// <summary>Takes a datagram; when it is media, says which and where it lies in the buffer.</summary>
    /// <param name="source">Where it came from.</param>
    /// <param name="datagram">Its bytes, decrypted in place.</param>
    /// <param name="arrivedAt">When it came to the machine: what is reported of the network (transport-wide
    /// feedback, jitter, round trip) goes by this and not by when it is looked at.</param>
    /// <param name="now">The present, which everything else goes by.</param>
    /// <param name="media">The packet.</param>
    /// <returns>What it was; with <see cref="PeerInputKind.Rtp"/>, <paramref name="media"/> is a packet to
    /// forward.</returns>
    [HotPath]
    public PeerInputKind HandleDatagram(
        in NetworkAddress source,
        Span<byte> datagram,
        Instant arrivedAt,
        Instant now,
        out ReceivedMedia media
    )
    {
        media = default;
        var input = _transport.HandleDatagram(source, datagram, now);
        switch (input.Kind)
        {
            case PeerInputKind.Rtp:
                var reason = Receiver.HandleRtp(
                    datagram[..input.Length],
                    arrivedAt,
                    now,
                    out media
                );
                if (reason == DropReason.None)
                {
                    return PeerInputKind.Rtp;
                }

                _transport.NoteDrop(reason);
                return PeerInputKind.None;
            case PeerInputKind.Rtcp:
                Receiver.HandleRtcp(datagram[..input.Length], arrivedAt);
                Sender.HandleRtcp(datagram[..input.Length], arrivedAt);
                return PeerInputKind.Rtcp;
            case PeerInputKind.Check:
            case PeerInputKind.None:
            default:
                return input.Kind;
        }
    }

    /// <summary>Takes another section that the peer may send in from now on; see
    /// <see cref="MediaReceiver.Add"/>.</summary>
    public int AddReceived(MediaAgreement media, Instant now)
    {
        var section = Receiver.Add(media, now);
        _transport.ExpectSources(Receiver.SourcesMax);
        return section;
    }

    /// <summary>Runs what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        _transport.HandleTimeout(now);
        Sender.HandleTimeout(now);
    }

    /// <summary>The next datagram to send that is not media; 0 when there is none.</summary>
    public int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta)
    {
        meta = new TransmitMeta(_transport.Selected);
        if (_wantsGoodbye && !_hasSaidGoodbye)
        {
            _hasSaidGoodbye = true;
            var goodbye = Protect(destination, Sender.WriteGoodbye(destination));
            if (goodbye > 0)
            {
                return goodbye;
            }
        }

        var length = _transport.PollTransmit(destination, now, out meta);
        if (length > 0 || !_transport.MayProtect(now))
        {
            return length;
        }

        meta = new TransmitMeta(_transport.Selected);
        length = Receiver.PollRtcp(destination, now);
        return Protect(destination, length > 0 ? length : Sender.PollRtcp(destination, now));
    }

    /// <summary>When <see cref="HandleTimeout"/> or <see cref="PollTransmit"/> is due next.</summary>
    public Instant PollTimeout() =>
        _transport is { State: PeerState.Connected, HasConsent: true, HasLapsed: false }
            ? Instant.Min(
                _transport.PollTimeout(),
                Instant.Min(Receiver.PollTimeout(), Sender.PollTimeout())
            )
            : _transport.PollTimeout();

    /// <summary>The next event of the connection, if any.</summary>
    public bool PollEvent(out PeerEvent peerEvent) => _transport.PollEvent(out peerEvent);

    /// <summary>Writes and encrypts a media packet into a send slot.</summary>
    /// <returns>The datagram's length; 0 when it must not or cannot be sent.</returns>
    [HotPath]
    public int WriteRtp(int stream, in OutgoingRtp packet, Span<byte> destination, Instant now)
    {
        if (
            !_transport.MayProtect(now)
            || !Sender.TryWriteHeader(stream, packet, destination, now, out var headerLength)
        )
        {
            return 0;
        }

        var length = _transport.ProtectRtp(
            destination,
            headerLength,
            packet.Prefix.Length,
            packet.Payload
        );
        if (length == 0)
        {
            Sender.NoteRefused(stream);
            return 0;
        }

        Sender.NoteSent(stream, packet, destination[..length], headerLength, now);
        return length;
    }

    /// <summary>Writes a retransmission into a send slot: encrypted on the RTX stream, or, without one, the
    /// very datagram that was sent before.</summary>
    /// <returns>The datagram's length; 0 when it cannot be sent.</returns>
    [HotPath]
    public int WriteRepair(int stream, in OutgoingRtp packet, Span<byte> destination, Instant now)
    {
        if (!_transport.MayProtect(now))
        {
            return 0;
        }

        if (!Sender.HasRepairStream(stream))
        {
            return Sender.CopySent(stream, packet.SequenceNumber, destination);
        }

        if (
            !Sender.TryWriteRepairHeader(
                stream,
                packet,
                destination,
                now,
                out var headerLength,
                out var prefixLength
            )
        )
        {
            return 0;
        }

        var length = _transport.ProtectRtp(destination, headerLength, prefixLength, packet.Payload);
        if (length > 0)
        {
            Sender.NoteRepairSent(stream, length, now);
        }

        return length;
    }

    /// <summary>Writes a packet of padding into a send slot, to test the network.</summary>
    /// <returns>The datagram's length; 0 when it cannot be sent.</returns>
    [HotPath]
    public int WritePadding(int stream, Span<byte> destination, Instant now)
    {
        if (!_transport.MayProtect(now) || !Sender.TakesPadding(stream))
        {
            return 0;
        }

        var padding = Sender.WritePadding(stream, destination, now, out var headerLength);
        var length =
            padding == 0 ? 0 : _transport.ProtectRtp(destination, headerLength, padding, default);
        if (length > 0)
        {
            Sender.NotePaddingSent(stream, length, now);
        }

        return length;
    }

    /// <summary>Ends the peer: a goodbye and close_notify leave with the next polls, if they can.</summary>
    public void Close(Instant now)
    {
        _wantsGoodbye = _transport.MaySend(now);
        _transport.Close(now);
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private int Protect(Span<byte> destination, int length) =>
        length == 0 ? 0 : _transport.ProtectRtcp(destination, length);
}
