using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Retransmission;
using Edge.Wire.Payload;
using Edge.Wire.Rtcp.Reports;
using Edge.Wire.Rtp;

namespace Edge.Protocol.Transport.Receiving;

/// <summary>One encoding as it is received: its order, its losses, its reports.</summary>
/// <remarks>Another SSRC under the same rid is another source: it begins anew with the next
/// <see cref="Epoch"/>, so that nothing is compared across the two.</remarks>
internal sealed partial class ReceiveStream(MediaAgreement media)
{
    private NackGenerator _nack = new(new NackOptions());
    private ReceptionStatistics _reception;
    private NtpTimestamp _reportNtp;
    private uint _reportTimestamp;
    private Instant _reportedAt = Instant.Never;
    private long _reportedLost;
    private Ssrc? _replaced;

    /// <summary>Counters for reports; written here only.</summary>
    public ReceiverStats Stats;

    /// <summary>The media source; meaningful once <see cref="IsActive"/>.</summary>
    public Ssrc Ssrc { get; private set; }

    /// <summary>Whether any packet has come.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Counts the sources this encoding had.</summary>
    public byte Epoch { get; private set; }

    /// <summary>Whether losses are asked for again.</summary>
    public bool HasNack => media.Codec.HasNack;

    /// <summary>Begins with a source, or begins anew with another. False for the one that was replaced
    /// last: two that alternate would begin anew at each packet.</summary>
    [HotPath]
    public bool TryBind(Ssrc ssrc)
    {
        if (IsActive && Ssrc == ssrc)
        {
            return true;
        }

        if (IsActive)
        {
            if (_replaced == ssrc)
            {
                return false;
            }

            _replaced = Ssrc;
            Epoch = unchecked((byte)(Epoch + 1));
            _nack = new NackGenerator(new NackOptions());
            _reception = default;
            _reportedLost = 0;
            _reportedAt = Instant.Never;
        }

        IsActive = true;
        Ssrc = ssrc;
        return true;
    }

    /// <summary>Records a packet; false when it was there before or is too old to matter.</summary>
    [HotPath]
    public bool TryAccept(
        scoped in RtpPacket packet,
        in PacketArrival arrival,
        PayloadFacts facts,
        Instant now,
        out long extendedSequence
    )
    {
        var nackArrival = _nack.HandlePacket(
            packet.SequenceNumber,
            facts.IsKeyFrameStart,
            now,
            out extendedSequence
        );
        if (nackArrival is NackArrival.Duplicate or NackArrival.TooOld)
        {
            return false;
        }

        Count(packet, arrival, extendedSequence);
        Stats.Packets++;
        Stats.Bytes += arrival.Length;
        Stats.Lost = _reception.Lost;
        return true;
    }

    private void Count(scoped in RtpPacket packet, in PacketArrival arrival, long extendedSequence)
    {
        switch (arrival.Kind)
        {
            case ArrivalKind.Retransmission:
                _reception.HandleRecovered();
                Stats.Recovered++;
                break;
            case ArrivalKind.TelephoneEvent:
                _reception.HandleUntimed(extendedSequence);
                break;
            case ArrivalKind.Media:
            default:
                _reception.HandlePacket(
                    extendedSequence,
                    packet.Timestamp,
                    media.Codec.ClockRate,
                    arrival.At
                );
                break;
        }
    }

    /// <summary>When the content of a timestamp was captured, on the publisher's clock; false while no
    /// sender report tied the two.</summary>
    [HotPath]
    public bool TryCaptureTime(uint timestamp, out NtpTimestamp captured)
    {
        captured = default;
        if (!_reportedAt.IsSet)
        {
            return false;
        }

        var elapsed = unchecked((int)(timestamp - _reportTimestamp));
        captured =
            _reportNtp + new TimeSpan(elapsed * TimeSpan.TicksPerSecond / media.Codec.ClockRate);
        return true;
    }

    /// <summary>Notes a sender report (RFC 3550 §6.4.1).</summary>
    public void HandleSenderReport(NtpTimestamp ntp, uint timestamp, Instant now)
    {
        _reportNtp = ntp;
        _reportTimestamp = timestamp;
        _reportedAt = now;
    }

    /// <summary>The sequence numbers to ask for now; see <see cref="NackGenerator.PollNacks"/>.</summary>
    public int PollNacks(Span<ushort> destination, Instant now)
    {
        var count = HasNack ? _nack.PollNacks(destination, now) : 0;
        Stats.NacksSent += count;
        return count;
    }

    /// <summary>Whether losses were given up since the last call.</summary>
    public bool TryTakeKeyFrameNeeded() => _nack.TryTakeKeyFrameNeeded();

    /// <summary>When <see cref="PollNacks"/> is due.</summary>
    public Instant NackTimeout() => HasNack ? _nack.PollTimeout() : Instant.Never;

    /// <summary>The report block of this source, beginning its next interval.</summary>
    /// <param name="now">The time of the report.</param>
    /// <param name="lost">Packets lost since the previous report, at least 0.</param>
    public ReportBlock TakeReport(Instant now, out int lost)
    {
        lost = (int)Math.Clamp(_reception.Lost - _reportedLost, 0, int.MaxValue);
        _reportedLost = _reception.Lost;
        return new ReportBlock(
            Ssrc,
            _reception.TakeFractionLost(),
            (int)Math.Clamp(_reception.Lost, int.MinValue, int.MaxValue),
            _reception.ExtendedHighest,
            _reception.Jitter,
            _reportedAt.IsSet ? _reportNtp.Middle : 0,
            _reportedAt.IsSet ? Delay(now - _reportedAt) : 0
        );
    }

    /// <summary>A delay in units of 1/65536 s (RFC 3550 §6.4.1, DLSR).</summary>
    private static uint Delay(TimeSpan elapsed) =>
        (uint)(elapsed.Ticks * 65536 / TimeSpan.TicksPerSecond);
}
