using Edge.Primitives;
using Edge.Wire.Rtcp.Feedback;

namespace Edge.Protocol.Congestion;

/// <summary>Tells a publisher without transport-wide feedback how much it may send.</summary>
/// <remarks>
/// A simple estimate by loss: it grows while next to nothing is lost and the publisher uses a fair
/// part of it, holds at moderate loss, and falls below the received rate at heavy loss. Publishers
/// that use REMB at all (old browsers, some encoders) mostly need it only to leave their start rate.
/// Source: draft-alvestrand-rmcat-remb-03; the loss thresholds are those of GCC's loss controller.
/// </remarks>
public sealed partial class RembReceiver
{
    /// <summary>The first estimate. Chosen: enough for 720p at start.</summary>
    public static readonly Bitrate Initial = Bitrate.FromKilobits(1_000);

    /// <summary>The least estimate. Chosen: the lowest simulcast layer of browsers.</summary>
    public static readonly Bitrate Least = Bitrate.FromKilobits(150);

    /// <summary>The highest estimate. Chosen: beyond any encoder's rate.</summary>
    public static readonly Bitrate Most = Bitrate.FromKilobits(100_000);

    /// <summary>Time between updates. Chosen: libwebrtc's REMB interval.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Time from the first packet to the first REMB.</summary>
    public static readonly TimeSpan FirstAfter = TimeSpan.FromMilliseconds(200);

    private const double LossLow = 0.02;
    private const double LossHigh = 0.10;
    private const double GrowthAtStart = 1.5;
    private const double Growth = 1.08;

    private Instant _deadline = Instant.Never;
    private Instant _updatedAt = Instant.Never;
    private long _bytes;
    private int _received;
    private int _lost;
    private bool _hasSeenLoss;

    /// <summary>The current estimate.</summary>
    public Bitrate Estimate { get; private set; } = Initial;

    /// <summary>Records a received media packet.</summary>
    [HotPath]
    public void HandlePacket(int bytes, Instant now)
    {
        _bytes += bytes;
        _received++;
        if (!_updatedAt.IsSet)
        {
            _updatedAt = now;
            _deadline = now + FirstAfter;
        }
    }

    /// <summary>Records packets found lost.</summary>
    [HotPath]
    public void HandleLoss(int packets) => _lost += packets;

    /// <summary>Writes a REMB for the given media SSRCs when one is due, of no more than a limit; 0 when not.</summary>
    public int PollFeedback(
        Span<byte> destination,
        Ssrc senderSsrc,
        ReadOnlySpan<Ssrc> mediaSsrcs,
        Bitrate limit,
        Instant now
    )
    {
        if (now < _deadline)
        {
            return 0;
        }

        Update(now);
        _deadline = now + Interval;
        return RembWriter.Write(destination, senderSsrc, Bitrate.Min(Estimate, limit), mediaSsrcs);
    }

    /// <summary>When <see cref="PollFeedback"/> has something to write.</summary>
    public Instant PollTimeout() => _deadline;

    private void Update(Instant now)
    {
        var elapsed = now - _updatedAt;
        if (elapsed <= TimeSpan.Zero)
        {
            return;
        }

        var rate = Bitrate.FromBytes(_bytes, elapsed);
        var loss = _received + _lost == 0 ? 0 : (double)_lost / (_received + _lost);
        if (loss > LossHigh)
        {
            _hasSeenLoss = true;
            Estimate = Bitrate.Min(Estimate, rate * (1 - 0.5 * loss));
        }
        else if (loss < LossLow)
        {
            // An estimate far above what is used was never tested: it grows with the use only.
            var ceiling = rate * 2 + Initial;
            var grown = Estimate * (_hasSeenLoss ? Growth : GrowthAtStart);
            Estimate = Bitrate.Max(Estimate, Bitrate.Min(grown, ceiling));
        }

        Estimate = Bitrate.Max(Least, Bitrate.Min(Most, Estimate));
        _updatedAt = now;
        _bytes = 0;
        _received = 0;
        _lost = 0;
    }
}
