using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Protocol.Negotiation;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;
using Edge.Wire.Rtcp.Reports;
using Edge.Wire.Rtp;

namespace Edge.Protocol.Transport.Sending;

/// <summary>The media that a peer is sent: headers, retransmission streams, sender reports, and what the
/// peer asks for.</summary>
/// <remarks>Writes plain headers; the payload is encrypted by the transport straight from the shared
/// packet. Owner: one thread.</remarks>
public sealed partial class MediaSender
{
    /// <summary>Requests not yet polled; beyond it further ones are dropped, and the viewer repeats
    /// them after a round trip.</summary>
    private const int FeedbackMax = 256;

    /// <summary>Chosen: as receiver reports, one a second.</summary>
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    private readonly Prng _random;
    private readonly List<Ssrc> _ended = [];
    private SendStream[] _streams;
    private readonly byte[] _cname;
    private readonly ClockAnchor _clock;
    private readonly Queue<SenderFeedback> _feedback;
    private readonly SentReports _sentReports = new();
    private bool[] _hasReportDue;
    private Instant _reportAt;
    private SentNumbers? _numbers;

    /// <summary>From our clock to that of the send times which the peer sees: that of the process in which it connected,
    /// because a jump of it would look like one of the network.</summary>
    private TimeSpan _clockShift;

    /// <summary>Makes the sending side of an agreement: a stream for each section and rid.</summary>
    /// <param name="media">The sections we send.</param>
    /// <param name="cname">The canonical name of our reports (RFC 7022).</param>
    /// <param name="clock">The bridge to wall time for reports without a capture time.</param>
    /// <param name="random">For SSRCs that the SDP left open and first sequence numbers.</param>
    /// <param name="now">The time of creation.</param>
    public MediaSender(
        ImmutableArray<MediaAgreement> media,
        string cname,
        ClockAnchor clock,
        Prng random,
        Instant now
    )
    {
        _cname = System.Text.Encoding.ASCII.GetBytes(cname);
        _clock = clock;
        _random = random;
        _streams = SendStreams.Create(media, random);
        // Without streams nothing can be asked for: a publisher's side needs no room for it.
        _feedback = new(media.IsEmpty ? 0 : FeedbackMax);
        _hasReportDue = new bool[_streams.Length];
        _reportAt = now + ReportInterval;
        foreach (var section in media)
        {
            Number(section);
        }
    }

    /// <summary>Number of indices of streams: the first sections in order, each with its rids in order.</summary>
    public int StreamCount => _streams.Length;

    /// <summary>Begins another stream.</summary>
    /// <param name="media">A section without simulcast. Its SSRC must be new to the session: numbers begin
    /// anew, and no index of SRTP is used twice.</param>
    /// <returns>Its index, which an earlier stream may have had.</returns>
    public int Add(MediaAgreement media)
    {
        var stream = SendStreams.Create(media, default, _random);
        var index = Array.FindIndex(_streams, each => each.HasEnded);
        if (index < 0)
        {
            index = _streams.Length;
            Array.Resize(ref _streams, index + 1);
            Array.Resize(ref _hasReportDue, index + 1);
        }

        _feedback.EnsureCapacity(FeedbackMax);
        Number(media);
        _streams[index] = stream;
        _hasReportDue[index] = false;
        return index;
    }

    /// <summary>A stream goes on under another agreement about the same SSRC.</summary>
    public void Replace(int stream, MediaAgreement media) => _streams[stream].Media = media;

    /// <summary>Ends a stream; the peer is told by a goodbye (RFC 3550 §6.6).</summary>
    public void Remove(int stream)
    {
        var ended = _streams[stream];
        if (ended.IsActive && _ended.Count < RtcpCompound.GoodbyeSourcesMax)
        {
            _ended.Add(ended.Ssrc);
        }

        ended.HasEnded = true;
        // What was asked of it must not be taken for something of the next stream of this index.
        for (var left = _feedback.Count; left > 0; left--)
        {
            var feedback = _feedback.Dequeue();
            if (feedback.Stream != stream)
            {
                _feedback.Enqueue(feedback);
            }
        }
    }

    /// <summary>The last measured round trip; zero while none was measured.</summary>
    public TimeSpan RoundTrip { get; private set; }

    /// <summary>The rate the peer says it can receive (REMB); zero while it said nothing.</summary>
    public Bitrate ReceiverEstimate { get; private set; }

    /// <summary>What the network carries to the peer; null while it was never sent a stream.</summary>
    public SendBandwidth? Bandwidth => _numbers?.Bandwidth;

    /// <summary>Says which probe packets are part of from now on; 0 for none.</summary>
    public void SetProbeCluster(ushort cluster)
    {
        if (_numbers is not null)
        {
            _numbers.ProbeCluster = cluster;
        }
    }

    /// <summary>The media source of a stream.</summary>
    public Ssrc Ssrc(int stream) => _streams[stream].Ssrc;

    /// <summary>Counters of a stream.</summary>
    public SenderStats Stats(int stream) => _streams[stream].Stats;

    /// <summary>Whether retransmissions have a stream of their own; else they repeat the datagram.</summary>
    public bool HasRepairStream(int stream) => _streams[stream].RepairSsrc is not null;

    /// <summary>Says which extensions of the source's packets a stream carries over.</summary>
    public void SetTranslation(int stream, ExtensionTranslation translation) =>
        _streams[stream].Translation = translation;

    /// <summary>Writes the plain header and payload prefix of a media packet.</summary>
    /// <param name="stream">Index of the stream.</param>
    /// <param name="packet">What to send.</param>
    /// <param name="destination">A send slot.</param>
    /// <param name="now">The time of sending.</param>
    /// <param name="headerLength">Length of the header; the prefix follows it.</param>
    /// <returns>Whether both fit and the packet's format is agreed.</returns>
    [HotPath]
    public bool TryWriteHeader(
        int stream,
        in OutgoingRtp packet,
        Span<byte> destination,
        Instant now,
        out int headerLength
    )
    {
        var sent = _streams[stream];
        if (sent.PayloadTypeOf(packet) is not { } type)
        {
            headerLength = 0;
            return false;
        }

        var addressing = new RtpAddressing(
            type,
            packet.SequenceNumber,
            sent.Ssrc,
            NextNumber,
            IsRepair: false
        );
        headerLength = RtpPacketWriter.WriteHeader(
            destination,
            sent,
            packet,
            addressing,
            now + _clockShift
        );
        if (headerLength == 0 || !packet.Prefix.TryCopyTo(destination[headerLength..]))
        {
            return false;
        }

        destination[RtpHeader.FlagsOffset] |= packet.Padding > 0 ? RtpHeader.PaddingBit : (byte)0;
        return true;
    }

    /// <summary>Writes the plain header of a retransmission; the prefix then begins with the original
    /// sequence number (RFC 4588 §4). A telephone event is refused: the retransmission format stands for
    /// the sound's payload type (RFC 4588 §8.6, apt), as which the event would be taken.</summary>
    /// <returns>Length of header and of everything before the shared payload; false without RTX or
    /// without room.</returns>
    [HotPath]
    public bool TryWriteRepairHeader(
        int stream,
        in OutgoingRtp packet,
        Span<byte> destination,
        Instant now,
        out int headerLength,
        out int prefixLength
    )
    {
        headerLength = 0;
        prefixLength = 0;
        var sent = _streams[stream];
        if (
            sent.RepairSsrc is not { } repair
            || sent.Media.Codec.RtxPayloadType is not { } type
            || packet.IsTelephoneEvent
        )
        {
            return false;
        }

        var addressing = new RtpAddressing(
            type,
            sent.TakeRepairSequence(),
            repair,
            NextNumber,
            IsRepair: true
        );
        headerLength = RtpPacketWriter.WriteHeader(
            destination,
            sent,
            packet,
            addressing,
            now + _clockShift
        );
        var rest = headerLength == 0 ? default : destination[headerLength..];
        if (rest.Length < sizeof(ushort) || !packet.Prefix.TryCopyTo(rest[sizeof(ushort)..]))
        {
            return false;
        }

        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(
            rest,
            packet.SequenceNumber.Value
        );
        prefixLength = sizeof(ushort) + packet.Prefix.Length;
        return true;
    }

    /// <summary>Copies a datagram of a stream as it was sent, where retransmissions repeat it.</summary>
    /// <remarks>Its transport sequence and send time are those of the first time: a receiver that got it
    /// then knows them already, one that did not counts the packet as late.</remarks>
    /// <returns>Its length; 0 when it is not kept, or not any more.</returns>
    [HotPath]
    public int CopySent(int stream, SequenceNumber sequence, Span<byte> destination)
    {
        var sent = _streams[stream];
        var length = sent.Sent?.CopyTo(sequence, destination) ?? 0;
        sent.Stats.Retransmissions += length > 0 ? 1 : 0;
        return length;
    }

    /// <summary>Counts a media packet that was encrypted and will leave, and keeps it where it may have to
    /// be sent again.</summary>
    /// <param name="stream">Index of the stream.</param>
    /// <param name="packet">What is sent.</param>
    /// <param name="datagram">The same, encrypted.</param>
    /// <param name="headerLength">Length of its header.</param>
    /// <param name="now">The time of sending.</param>
    [HotPath]
    public void NoteSent(
        int stream,
        in OutgoingRtp packet,
        ReadOnlySpan<byte> datagram,
        int headerLength,
        Instant now
    )
    {
        var sent = _streams[stream];
        _numbers?.HandleSent(sent, SentPacketKind.Media, datagram.Length, now);
        sent.Sent?.Add(packet.SequenceNumber, datagram);
        if (!sent.IsActive)
        {
            // The first report leaves with the first packet, so that sound and picture line up at once.
            _hasReportDue[stream] = true;
        }

        var payload = packet.Prefix.Length + packet.Payload.Length - packet.Padding;
        sent.NoteSent(packet, headerLength, payload, now);
    }

    /// <summary>Counts a retransmission that was encrypted and will leave.</summary>
    /// <param name="stream">Index of the stream.</param>
    /// <param name="bytes">The datagram's length.</param>
    /// <param name="now">The time of sending.</param>
    [HotPath]
    public void NoteRepairSent(int stream, int bytes, Instant now)
    {
        var sent = _streams[stream];
        _numbers?.HandleSent(sent, SentPacketKind.Repair, bytes, now);
        sent.Stats.Retransmissions++;
    }

    /// <summary>Writes a packet that is all padding, on a retransmission stream, where a receiver takes it
    /// for what it is and drops it (RFC 4588 §4 has no packet without an original number).</summary>
    /// <param name="stream">Index of a stream that has retransmissions.</param>
    /// <param name="destination">A send slot.</param>
    /// <param name="now">The time of sending.</param>
    /// <param name="headerLength">Length of the header.</param>
    /// <returns>Bytes of padding behind the header, at most 255 (RFC 3550 §5.1); 0 when there is no room or
    /// no such stream.</returns>
    [HotPath]
    public int WritePadding(int stream, Span<byte> destination, Instant now, out int headerLength)
    {
        headerLength = 0;
        var sent = _streams[stream];
        if (sent.RepairSsrc is not { } repair || sent.Media.Codec.RtxPayloadType is not { } type)
        {
            return 0;
        }

        var packet = new OutgoingRtp
        {
            Payload = default,
            SequenceNumber = default,
            Timestamp = sent.LastTimestamp,
            Marker = false,
        };
        var number = sent.TakeRepairSequence();
        var addressing = new RtpAddressing(type, number, repair, NextNumber, IsRepair: true);
        headerLength = RtpPacketWriter.WriteHeader(
            destination,
            sent,
            packet,
            addressing,
            now + _clockShift
        );
        return headerLength == 0 ? 0 : RtpPacketWriter.WritePadding(destination, headerLength);
    }

    /// <summary>Counts a packet of padding that was encrypted and will leave.</summary>
    /// <param name="stream">Index of the stream.</param>
    /// <param name="bytes">The datagram's length.</param>
    /// <param name="now">The time of sending.</param>
    [HotPath]
    public void NotePaddingSent(int stream, int bytes, Instant now)
    {
        var sent = _streams[stream];
        _numbers?.HandleSent(sent, SentPacketKind.Padding, bytes, now);
        sent.Stats.PaddingPackets++;
    }

    /// <summary>Whether a stream can be sent padding. Before its first packet only where the peer says when it came (libwebrtc's rule
    /// for its own): a viewer whose picture has not begun has nothing else to tell by what its network carries.</summary>
    public bool TakesPadding(int stream) =>
        _streams[stream] is { HasEnded: false, RepairSsrc: not null } sent
        && (sent.IsActive || sent.Media.Extensions.TransportSequence != 0);

    /// <summary>Counts a packet the cipher or the slot refused.</summary>
    [HotPath]
    public void NoteRefused(int stream) => _streams[stream].Stats.Refused++;

    /// <summary>Takes a plain RTCP packet; what is malformed ends the reading, what came before counts.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="arrivedAt">When it came to the machine.</param>
    [HotPath]
    public void HandleRtcp(ReadOnlySpan<byte> packet, Instant arrivedAt)
    {
        foreach (var block in new RtcpCompoundReader(packet))
        {
            HandleBlock(block, arrivedAt);
        }
    }

    /// <summary>The next request of the peer, if any.</summary>
    [HotPath]
    public bool PollFeedback(out SenderFeedback feedback) => _feedback.TryDequeue(out feedback);

    /// <summary>Writes one report that is due, plain; 0 when none is.</summary>
    public int PollRtcp(Span<byte> destination, Instant now)
    {
        if (now >= _reportAt)
        {
            _reportAt = now + ReportInterval;
            Array.Fill(_hasReportDue, true);
        }

        if (_ended.Count > 0)
        {
            var sources = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_ended);
            var length = RtcpCompound.WriteGoodbye(destination, sources, _cname);
            _ended.Clear();
            return length;
        }

        for (var stream = 0; stream < _streams.Length; stream++)
        {
            if (!_hasReportDue[stream])
            {
                continue;
            }

            _hasReportDue[stream] = false;
            if (_streams[stream].IsActive)
            {
                var info = _streams[stream].Report(_clock, now);
                _sentReports.Add(info.NtpTimestamp, now);
                return RtcpCompound.WriteSenderReport(
                    destination,
                    _streams[stream].Ssrc,
                    info,
                    _cname
                );
            }
        }

        return 0;
    }

    /// <summary>Writes the goodbye of all streams; 0 when nothing was ever sent.</summary>
    public int WriteGoodbye(Span<byte> destination)
    {
        Span<Ssrc> sources = stackalloc Ssrc[RtcpCompound.GoodbyeSourcesMax];
        var count = 0;
        foreach (var stream in _streams)
        {
            if (stream.IsActive && count < sources.Length)
            {
                sources[count++] = stream.Ssrc;
            }
        }

        return count == 0 ? 0 : RtcpCompound.WriteGoodbye(destination, sources[..count], _cname);
    }

    /// <summary>When <see cref="PollRtcp"/> or <see cref="HandleTimeout"/> is due. May change after <see cref="NoteSent"/>.</summary>
    public Instant PollTimeout() =>
        _ended.Count > 0 || Array.IndexOf(_hasReportDue, true) >= 0 ? Instant.Zero
        : _numbers is null ? _reportAt
        : Instant.Min(_reportAt, _numbers.Bandwidth.PollTimeout());

    /// <summary>Runs what is due of the bandwidth's estimation.</summary>
    public void HandleTimeout(Instant now)
    {
        if (_numbers is not null && now >= _numbers.Bandwidth.PollTimeout())
        {
            _numbers.Bandwidth.HandleTimeout(now);
        }
    }

    internal ushort NextNumber => _numbers?.Next ?? 0;

    private void Number(MediaAgreement media)
    {
        _numbers ??= new SentNumbers(media);
        _numbers.Expect(media);
    }

    private void HandleBlock(scoped in RtcpBlock block, Instant now)
    {
        switch (block.Kind)
        {
            case RtcpKind.ReceiverReport
                when ReceiverReport.TryParse(block, out var report) == RtcpParseError.None:
                HandleReports(report.Reports, now);
                break;
            case RtcpKind.SenderReport
                when SenderReport.TryParse(block, out var report) == RtcpParseError.None:
                HandleReports(report.Reports, now);
                break;
            case RtcpKind.GenericNack
                when GenericNack.TryParse(block, out var nack) == RtcpParseError.None:
                HandleNack(nack);
                break;
            case RtcpKind.PictureLossIndication
                when PictureLossIndication.TryParse(block, out var loss) == RtcpParseError.None:
                HandleKeyFrameRequest(loss.Media);
                break;
            case RtcpKind.FullIntraRequest
                when FullIntraRequest.TryParse(block, out var intra) == RtcpParseError.None:
                HandleFullIntra(intra);
                break;
            case RtcpKind.ReceiverEstimatedMaximumBitrate
                when ReceiverEstimatedMaximumBitrate.TryParse(block, out var estimate)
                    == RtcpParseError.None:
                ReceiverEstimate = estimate.Bitrate;
                _numbers?.Bandwidth.HandleRemb(estimate.Bitrate, now);
                break;
            case RtcpKind.TransportFeedback
                when TransportFeedback.TryParse(block, out var feedback) == RtcpParseError.None:
                _numbers?.HandleFeedback(feedback, now);
                break;
            // What does not parse, and what nobody needs yet.
            case RtcpKind.ReceiverReport:
            case RtcpKind.SenderReport:
            case RtcpKind.GenericNack:
            case RtcpKind.PictureLossIndication:
            case RtcpKind.FullIntraRequest:
            case RtcpKind.ReceiverEstimatedMaximumBitrate:
            case RtcpKind.TransportFeedback:
            case RtcpKind.SourceDescription:
            case RtcpKind.Goodbye:
            case RtcpKind.ExtendedReport:
            case RtcpKind.Unknown:
            default:
                break;
        }
    }

    private void HandleReports(ReportBlockList reports, Instant now)
    {
        foreach (var report in reports)
        {
            if (!TryFind(report.Source, out var index))
            {
                NoteRepairsReported(report);
                continue;
            }

            var stream = _streams[index];
            stream.Reported = HighestOf(report);
            stream.Stats.Lost = report.CumulativeLost;
            _numbers?.Bandwidth.HandleReport(report, stream.NeverSent, now);
            if (
                _sentReports.TryMeasure(
                    report.LastSenderReport,
                    report.DelaySinceLastSenderReport,
                    now,
                    out var roundTrip
                )
            )
            {
                RoundTrip = roundTrip;
                _numbers?.Bandwidth.HandleRoundTrip(roundTrip);
            }
        }
    }

    private void HandleNack(GenericNack nack)
    {
        if (!TryFind(nack.Media, out var index))
        {
            return;
        }

        foreach (var sequence in nack)
        {
            Enqueue(new SenderFeedback(SenderFeedbackKind.Nack, (byte)index, sequence));
        }
    }

    private void HandleFullIntra(FullIntraRequest request)
    {
        while (request.MoveNext())
        {
            if (
                TryFind(request.Media, out var index)
                && _streams[index].LastFullIntraSequence != request.CommandNumber
            )
            {
                _streams[index].LastFullIntraSequence = request.CommandNumber;
                HandleKeyFrameRequest(request.Media);
            }
        }
    }

    private void HandleKeyFrameRequest(Ssrc source)
    {
        if (TryFind(source, out var index))
        {
            _streams[index].Stats.KeyFrameRequests++;
            Enqueue(new SenderFeedback(SenderFeedbackKind.KeyFrame, (byte)index));
        }
    }

    private bool TryFind(Ssrc source, out int index)
    {
        for (index = 0; index < _streams.Length; index++)
        {
            if (_streams[index].Ssrc == source && !_streams[index].HasEnded)
            {
                return true;
            }
        }

        return false;
    }

    private void Enqueue(SenderFeedback feedback)
    {
        if (_feedback.Count < FeedbackMax)
        {
            _feedback.Enqueue(feedback);
        }
    }
}
