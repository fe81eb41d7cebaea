using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Wire.Payload;
using Edge.Wire.Rtcp.Reports;

namespace Edge.Protocol.Transport.Sending;

/// <summary>One RTP stream that is sent, with its retransmissions and its reports.</summary>
internal sealed partial class SendStream(
    MediaAgreement media,
    Rid rid,
    Ssrc ssrc,
    Ssrc? repairSsrc,
    SequenceNumber firstRepair
)
{
    private readonly SentDatagrams? _sent =
        repairSsrc is null && media.Codec.HasNack
            ? new SentDatagrams(
                media.Kind == MediaKind.Video ? SentDatagrams.VideoBytes : SentDatagrams.AudioBytes
            )
            : null;

    private SequenceNumber _nextRepair = firstRepair;
    private SequenceUnwrapper _numbers;
    private long _firstNumber;
    private NtpTimestamp _lastCapture;
    private Instant _lastSentAt = Instant.Never;

    /// <summary>Counters for reports; written here and by <see cref="MediaSender"/>.</summary>
    public SenderStats Stats;

    /// <summary>What was negotiated.</summary>
    public MediaAgreement Media { get; set; } = media;

    /// <summary>Whether it is over, so that its place may be taken.</summary>
    public bool HasEnded { get; set; }

    /// <summary>The encoding's rid; empty without simulcast.</summary>
    public Rid Rid => rid;

    /// <summary>The media source.</summary>
    public Ssrc Ssrc => ssrc;

    /// <summary>The source of retransmissions, where RTX is negotiated.</summary>
    public Ssrc? RepairSsrc => repairSsrc;

    /// <summary>The datagrams that can be sent again as they are; null where losses are not reported, or
    /// retransmissions have a source of their own.</summary>
    public SentDatagrams? Sent => _sent;

    /// <summary>The extensions to carry over.</summary>
    public ExtensionTranslation Translation { get; set; } = ExtensionTranslation.None;

    /// <summary>The last FIR's number, to tell a repeated one (RFC 5104 §4.3.1).</summary>
    public int LastFullIntraSequence { get; set; } = -1;

    /// <summary>The timestamp of the newest packet sent.</summary>
    public uint LastTimestamp { get; private set; }

    /// <summary>Sequence numbers that were passed over so far, because the packet was lost on its way to us:
    /// the peer reports them as lost, and it is not its network's doing.</summary>
    public long NeverSent =>
        _numbers.IsStarted ? Math.Max(0, _numbers.Highest - _firstNumber + 1 - Stats.Packets) : 0;

    /// <summary>Whether anything was sent, so that there is something to report.</summary>
    public bool IsActive => _lastSentAt.IsSet && !HasEnded;

    /// <summary>The payload type of a packet; null when its format is not agreed.</summary>
    [HotPath]
    public PayloadType? PayloadTypeOf(in OutgoingRtp packet) =>
        packet.IsTelephoneEvent ? Media.TelephoneEventPayloadType
        : packet.IsRedundant ? Media.Codec.RedPayloadType
        : Media.Codec.PayloadType;

    /// <summary>The next sequence number of the retransmission stream.</summary>
    public SequenceNumber NextRepair => _nextRepair;

    /// <summary>The highest number of media that the peer said to have; null before its first report.</summary>
    public SequenceNumber? Reported { get; set; }

    /// <summary>The same of retransmissions.</summary>
    public SequenceNumber? RepairReported { get; set; }

    /// <summary>Draws the next sequence number of the retransmission stream.</summary>
    [HotPath]
    public SequenceNumber TakeRepairSequence()
    {
        var taken = _nextRepair;
        _nextRepair = _nextRepair.Next;
        return taken;
    }

    /// <summary>Counts a sent packet and keeps its time for the next report.</summary>
    [HotPath]
    public void NoteSent(in OutgoingRtp packet, int headerBytes, int payloadBytes, Instant now)
    {
        Stats.Packets++;
        var number = _numbers.Unwrap(packet.SequenceNumber);
        _firstNumber = Stats.Packets == 1 ? number : _firstNumber;
        Stats.Bytes += headerBytes + payloadBytes;
        Stats.PayloadBytes += payloadBytes;
        if (packet.IsTelephoneEvent)
        {
            // Its timestamp is that of the event's beginning, not of now: reports go on from the sound.
            return;
        }

        LastTimestamp = packet.Timestamp;
        _lastCapture = packet.CaptureTime;
        _lastSentAt = now;
    }

    /// <summary>What a sender report says now.</summary>
    /// <remarks>
    /// The time is that of capture where it is known, so that a viewer lines up sound and picture as they
    /// were captured rather than as they reached us; both grow by the time since the last packet.
    /// </remarks>
    public SenderInfo Report(ClockAnchor clock, Instant now)
    {
        var elapsed = now - _lastSentAt;
        var captured = _lastCapture.Value == 0 ? clock.ToNtp(_lastSentAt) : _lastCapture;
        var grown = elapsed.Ticks * Media.Codec.ClockRate / TimeSpan.TicksPerSecond;
        return new SenderInfo(
            captured + elapsed,
            unchecked(LastTimestamp + (uint)grown),
            unchecked((uint)Stats.Packets),
            unchecked((uint)Stats.PayloadBytes)
        );
    }
}
