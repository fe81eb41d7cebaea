using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport.Receiving;
using Edge.Wire.Payload;
using Edge.Wire.Rtcp.Reports;

namespace Edge.Testing.Clients.Watching;

/// <summary>What a viewer knows of a section's stream from the headers of its packets.</summary>
public sealed class WatchedStream
{
    private static readonly TimeSpan PictureReports = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SoundReports = TimeSpan.FromSeconds(5);

    private readonly MediaAgreement _media;
    private ReceptionStatistics _statistics;
    private SequenceUnwrapper _unwrapper;
    private uint _senderReport;
    private Instant _senderReportAt = Instant.Never;

    internal WatchedStream(MediaAgreement media) => _media = media;

    /// <summary>Packets that came, retransmissions too.</summary>
    public long Packets { get; private set; }

    /// <summary>Retransmissions among them that were waited for.</summary>
    public long Recovered { get; private set; }

    /// <summary>Numbers from the first to the highest that never came.</summary>
    public long Missing => Math.Max(0, _statistics.Lost);

    /// <summary>When the first packet came.</summary>
    public Instant FirstAt { get; private set; } = Instant.Never;

    internal MediaAgreement Media => _media;

    internal Ssrc Source { get; private set; }

    internal LostPackets Lost { get; } = new();

    internal Instant ReportAt { get; private set; } = Instant.Never;

    internal bool WantsKeyFrame { get; set; }

    /// <summary>Takes a packet if it is of this section; whether it is.</summary>
    internal bool TryTake(in RtpView rtp, Instant arrivedAt)
    {
        if (rtp.Type == _media.Codec.PayloadType)
        {
            Take(rtp, arrivedAt);
            return true;
        }

        if (rtp.Type != _media.Codec.RtxPayloadType)
        {
            return false;
        }

        // A packet of padding only tests the network.
        if (!rtp.HasPadding && Lost.HandleRepair())
        {
            Packets++;
            Recovered++;
            _statistics.HandleRecovered();
        }

        return true;
    }

    internal void HandleSenderReport(Ssrc sender, uint middle, Instant arrivedAt)
    {
        if (sender == Source)
        {
            (_senderReport, _senderReportAt) = (middle, arrivedAt);
        }
    }

    /// <summary>The report that is due, and when the next one is: on average after a second, or five for sound, by
    /// libwebrtc's constants, and as measured.</summary>
    internal ReportBlock TakeReport(Prng random, Instant now)
    {
        var mean = _media.Kind == MediaKind.Video ? PictureReports : SoundReports;
        ReportAt = now + (mean * (0.5 + random.NextDouble()));
        var since = _senderReportAt.IsSet ? now - _senderReportAt : TimeSpan.Zero;
        return new ReportBlock(
            Source,
            _statistics.TakeFractionLost(),
            (int)Math.Min(_statistics.Lost, int.MaxValue),
            _statistics.ExtendedHighest,
            _statistics.Jitter,
            _senderReport,
            (uint)(since.TotalSeconds * 65536)
        );
    }

    private void Take(in RtpView rtp, Instant arrivedAt)
    {
        Packets++;
        Source = rtp.Source;
        var highest = _unwrapper.Highest;
        var isFirst = !_unwrapper.IsStarted;
        var number = _unwrapper.Unwrap(rtp.Sequence);
        if (isFirst)
        {
            FirstAt = arrivedAt;
            ReportAt = arrivedAt + PictureReports;
        }
        else if (number < highest)
        {
            Lost.Remove(number);
        }
        else if (_media.Codec.HasNack)
        {
            for (var lost = highest + 1; lost < number; lost++)
            {
                Lost.Add(lost, arrivedAt);
            }
        }

        _statistics.HandlePacket(number, rtp.Timestamp, _media.Codec.ClockRate, arrivedAt);
    }

    /// <summary>What is read of a header.</summary>
    internal readonly record struct RtpView(
        PayloadType Type,
        SequenceNumber Sequence,
        Ssrc Source,
        uint Timestamp,
        bool HasPadding
    );
}
