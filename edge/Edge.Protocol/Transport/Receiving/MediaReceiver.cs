using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Wire.Payload;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Reports;
using Edge.Wire.Rtp;

namespace Edge.Protocol.Transport.Receiving;

/// <summary>The media a peer sends us: which stream a packet is of, what is missing, what to report.</summary>
/// <remarks>Input is authenticated plain RTP and RTCP. Output is the packet in place and the RTCP that
/// goes back. Owner: one thread.</remarks>
public sealed partial class MediaReceiver
{
    /// <summary>Events not yet polled; beyond it further ones are dropped, which costs a report.</summary>
    private const int EventsMax = 64;

    private readonly ReceiveSections _sections = new();
    private readonly StreamDemultiplexer _demultiplexer;
    private readonly ReceiverFeedback _feedback;
    private readonly Queue<ReceiverEvent> _events = new(0);
    private byte _transportSequenceId;
    private readonly ClockAnchor _clock;
    private TimeSpan _publisherClock;
    private bool _hasPublisherClock;
    private bool _hasClaims;

    /// <summary>Makes the receiving side of an agreement.</summary>
    /// <param name="media">The sections the peer sends.</param>
    /// <param name="localSsrc">The SSRC that our RTCP comes from.</param>
    /// <param name="cname">The canonical name of our reports (RFC 7022).</param>
    /// <param name="clock">The bridge to wall time.</param>
    /// <param name="now">The time of creation.</param>
    public MediaReceiver(
        ImmutableArray<MediaAgreement> media,
        Ssrc localSsrc,
        string cname,
        ClockAnchor clock,
        Instant now
    )
    {
        _clock = clock;
        _demultiplexer = new StreamDemultiplexer(_sections);
        _feedback = new ReceiverFeedback(_sections, localSsrc, cname);
        foreach (var section in media)
        {
            Add(section, now);
        }
    }

    /// <summary>Number of indices of m-sections.</summary>
    public int SectionCount => _sections.Length;

    /// <summary>Most SSRCs that are told apart at a time. Changes: with the sections.</summary>
    public int SourcesMax => _demultiplexer.SourcesMax;

    /// <summary>Packets that were only padding: bandwidth probes.</summary>
    public long PaddingPackets { get; private set; }

    /// <summary>Counters of one layer.</summary>
    public ReceiverStats Stats(int section, int layer) => _sections[section].Layers[layer].Stats;

    /// <summary>Takes another section; the peer may send in it from now on.</summary>
    /// <returns>Its index, which an earlier section may have had.</returns>
    public int Add(MediaAgreement media, Instant now)
    {
        // Without sections nothing is ever raised: a viewer needs no room for it.
        _events.EnsureCapacity(EventsMax);
        if (media.Codec.HasTransportCc)
        {
            // RFC 8285 §5: within one BUNDLE an id means the same everywhere.
            _transportSequenceId = media.Extensions.TransportSequence;
        }

        var section = _sections.Add(media);
        _demultiplexer.HandleAdded(section);
        _feedback.HandleAdded(media, now);
        return section;
    }

    /// <summary>Ends a section: its packets belong nowhere from now on.</summary>
    public void Remove(int section)
    {
        var media = _sections[section].Media;
        _sections.Remove(section);
        _demultiplexer.HandleRemoved(section, media);
        // What was raised of it must not be taken for something of the next section of this index.
        for (var left = _events.Count; left > 0; left--)
        {
            var raised = _events.Dequeue();
            if (raised.Section != section)
            {
                _events.Enqueue(raised);
            }
        }
    }

    /// <summary>Takes a plain RTP packet.</summary>
    /// <param name="packet">The packet, changed in place where it is a retransmission.</param>
    /// <param name="arrivedAt">When it came to the machine.</param>
    /// <param name="now">The present.</param>
    /// <param name="media">What it is.</param>
    /// <returns><see cref="DropReason.None"/> when it is media to forward.</returns>
    [HotPath]
    public DropReason HandleRtp(
        Span<byte> packet,
        Instant arrivedAt,
        Instant now,
        out ReceivedMedia media
    )
    {
        media = default;
        if (RtpPacket.TryParse(packet, out var rtp) != RtpParseError.None)
        {
            return DropReason.Malformed;
        }

        NoteTransportSequence(rtp, arrivedAt);
        if (!_demultiplexer.TryFind(rtp, out var binding))
        {
            return DropReason.UnknownStream;
        }

        _feedback.NoteBytes(packet.Length, now);
        var stream = _sections[binding.Section].Layers[binding.Layer];
        if (binding.IsRepair)
        {
            return HandleRepair(packet, rtp, binding, arrivedAt, now, out media);
        }

        if (!stream.TryBind(rtp.Ssrc))
        {
            return DropReason.UnknownStream;
        }

        var kind =
            _sections[binding.Section].Media.TelephoneEventPayloadType == rtp.PayloadType
                ? ArrivalKind.TelephoneEvent
                : ArrivalKind.Media;
        return Accept(rtp, new(binding, kind, packet.Length, Offset: 0, arrivedAt), now, out media);
    }

    /// <summary>Takes a plain RTCP packet; what is malformed ends the reading, what came before counts.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="arrivedAt">When it came to the machine.</param>
    public void HandleRtcp(ReadOnlySpan<byte> packet, Instant arrivedAt)
    {
        foreach (var block in new RtcpCompoundReader(packet))
        {
            if (
                block.Kind == RtcpKind.SenderReport
                && SenderReport.TryParse(block, out var report) == RtcpParseError.None
            )
            {
                HandleSenderReport(report.Sender, report.Info, arrivedAt);
            }
        }
    }

    /// <summary>Asks the publisher for a key frame of a layer, by PLI or FIR as negotiated.</summary>
    public void RequestKeyFrame(int section, int layer, Instant now) =>
        _feedback.RequestKeyFrame(section, layer, now);

    /// <summary>Whether the peer agreed to be told how much of what it sends can be used (goog-remb). Changes: with the
    /// sections.</summary>
    public bool TakesLimit => _feedback.TakesLimit;

    /// <summary>Has the peer told, from the next poll on and until that changes, the most that can be used of all that it
    /// sends; <see cref="Bitrate.Unlimited"/> ends it.</summary>
    [HotPath]
    public void Limit(Bitrate limit, Instant now) => _feedback.Limit(limit, now);

    /// <summary>The next event, if any.</summary>
    public bool PollEvent(out ReceiverEvent receiverEvent) =>
        _events.TryDequeue(out receiverEvent) || TryTakeClaim(out receiverEvent);

    /// <summary>Writes the RTCP that is due, plain; 0 when nothing is.</summary>
    [HotPath]
    public int PollRtcp(Span<byte> destination, Instant now)
    {
        var length = _feedback.Poll(destination, now);
        RaiseKeyFrameNeeds();
        return length;
    }

    /// <summary>When <see cref="PollRtcp"/> is due. May change after every packet.</summary>
    public Instant PollTimeout() => _feedback.PollTimeout();

    private DropReason HandleRepair(
        Span<byte> packet,
        scoped in RtpPacket rtp,
        StreamBinding binding,
        Instant arrivedAt,
        Instant now,
        out ReceivedMedia media
    )
    {
        media = default;
        var stream = _sections[binding.Section].Layers[binding.Layer];
        var payloadType = _sections[binding.Section].Media.Codec.PayloadType;
        // A repair stream may come before its media (Chrome probes so); what it repeats is then new,
        // but no source is known to repeat: those packets are probes and the media itself follows.
        if (
            !stream.IsActive
            || !RetransmissionUnwrapper.TryUnwrap(
                packet,
                rtp.HeaderLength,
                rtp.PayloadLength,
                payloadType,
                stream.Ssrc
            )
        )
        {
            PaddingPackets++;
            return DropReason.PaddingOnly;
        }

        const int offset = RetransmissionUnwrapper.OriginalSequenceBytes;
        return RtpPacket.TryParse(packet[offset..], out var original) != RtpParseError.None
            ? DropReason.Malformed
            : Accept(
                original,
                new(binding, ArrivalKind.Retransmission, packet.Length - offset, offset, arrivedAt),
                now,
                out media
            );
    }

    private DropReason Accept(
        scoped in RtpPacket rtp,
        in PacketArrival arrival,
        Instant now,
        out ReceivedMedia media
    )
    {
        media = default;
        var binding = arrival.Binding;
        var section = _sections[binding.Section];
        var stream = section.Layers[binding.Layer];
        var isEvent = arrival.Kind == ArrivalKind.TelephoneEvent;
        var kind = isEvent ? CodecKind.TelephoneEvent : section.Media.Codec.Kind;
        var isRedundant = section.Media.Codec.RedPayloadType == rtp.PayloadType;
        var isReadable = !isRedundant || IsReadable(rtp.Payload, section.Media.Codec);
        var facts =
            rtp.PayloadLength == 0 ? default
            : section.Media.IsEncrypted ? EncryptedFacts.Inspect(section.Media, rtp)
            : PayloadInspector.Inspect(kind, rtp.Payload);
        if (!stream.TryAccept(rtp, arrival, facts, now, out var extendedSequence))
        {
            return DropReason.Duplicate;
        }

        media = new ReceivedMedia
        {
            Section = binding.Section,
            Layer = binding.Layer,
            Epoch = stream.Epoch,
            IsRecovered = binding.IsRepair,
            Offset = arrival.Offset,
            Length = arrival.Length,
            HeaderLength = rtp.HeaderLength,
            PayloadLength = isReadable ? rtp.PayloadLength : 0,
            ExtendedSequence = extendedSequence,
            Timestamp = rtp.Timestamp,
            Marker = rtp.Marker,
            IsTelephoneEvent = isEvent,
            IsRedundant = isRedundant,
            Facts = facts,
            CaptureTime = stream.TryCaptureTime(rtp.Timestamp, out var captured)
                ? captured + _publisherClock
                : _clock.ToNtp(arrival.At),
        };
        if (rtp.PayloadLength == 0)
        {
            PaddingPackets++;
        }

        NoteAllocation(rtp, section, binding.Layer);
        return DropReason.None;
    }

    /// <summary>Whether redundant sound is made of the agreed format alone, so that every viewer can be given it.</summary>
    private static bool IsReadable(ReadOnlySpan<byte> payload, NegotiatedCodec codec) =>
        RedPayload.TryParse(payload, out var red) && red.Format == codec.PayloadType;

    private void NoteAllocation(scoped in RtpPacket rtp, ReceiveSection section, int layer)
    {
        var id = section.Media.Extensions.VideoLayersAllocation;
        if (id != 0 && section.Layers.Length > 1 && rtp.TryFindExtension(id, out var element))
        {
            _hasClaims |= section.Claims.TryRead(element, layer);
        }
    }

    private bool TryTakeClaim(out ReceiverEvent taken)
    {
        for (var section = 0; _hasClaims && section < _sections.Length; section++)
        {
            if (_sections[section].Claims.TryTake(out var layer, out var claim))
            {
                taken = new ReceiverEvent(
                    ReceiverEventKind.LayerAllocation,
                    (byte)section,
                    (byte)layer,
                    Claim: claim
                );
                return true;
            }
        }

        _hasClaims = false;
        taken = default;
        return false;
    }

    private void NoteTransportSequence(scoped in RtpPacket rtp, Instant now)
    {
        if (
            _feedback.TransportFeedback is { } transportFeedback
            && rtp.TryFindExtension(_transportSequenceId, out var data)
            && data.Length >= sizeof(ushort)
        )
        {
            var number = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(data);
            transportFeedback.HandlePacket(new SequenceNumber(number), rtp.Ssrc, now);
        }
    }

    private void HandleSenderReport(Ssrc source, SenderInfo info, Instant now)
    {
        if (!_hasPublisherClock)
        {
            // One offset for all streams and for good: what matters is that they agree with each other.
            _hasPublisherClock = true;
            _publisherClock = _clock.ToNtp(now) - info.NtpTimestamp;
        }

        for (var section = 0; section < _sections.Length; section++)
        {
            var layers = _sections[section].Layers;
            for (var layer = 0; layer < layers.Length; layer++)
            {
                if (!layers[layer].IsActive || layers[layer].Ssrc != source)
                {
                    continue;
                }

                layers[layer].HandleSenderReport(info.NtpTimestamp, info.RtpTimestamp, now);
                Raise(
                    new ReceiverEvent(
                        ReceiverEventKind.SenderReport,
                        (byte)section,
                        (byte)layer,
                        info.NtpTimestamp,
                        info.RtpTimestamp
                    )
                );
            }
        }
    }

    private void RaiseKeyFrameNeeds()
    {
        for (var section = 0; section < _sections.Length; section++)
        {
            var layers = _sections[section].Layers;
            for (var layer = 0; layer < layers.Length; layer++)
            {
                if (layers[layer].TryTakeKeyFrameNeeded())
                {
                    Raise(
                        new ReceiverEvent(
                            ReceiverEventKind.KeyFrameNeeded,
                            (byte)section,
                            (byte)layer
                        )
                    );
                }
            }
        }
    }

    private void Raise(ReceiverEvent raised)
    {
        if (_events.Count < EventsMax)
        {
            _events.Enqueue(raised);
        }
    }
}
