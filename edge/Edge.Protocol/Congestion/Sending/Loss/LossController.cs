using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Loss;

/// <summary>The most that losses allow: less when many packets are lost, more again when hardly any is.</summary>
/// <remarks>
/// A limit beside the rate by delays, not a rate of its own: nothing while losses were never heavy. Between
/// the thresholds it stays where the target was, so that only a probe goes beyond. A share of few packets
/// says little: it counts when there are enough of them, less its standard error.
/// Bounded: the two counters. Source: draft-ietf-rmcat-gcc-02 §6; numbers in protocols.md §3.7.
/// </remarks>
internal sealed partial class LossController(Bitrate min, Bitrate max)
{
    /// <summary>draft-ietf-rmcat-gcc-02 §6.</summary>
    private const double LossLow = 0.02;
    private const double LossHigh = 0.10;
    private const double DecreaseByLoss = 0.5;
    private const double GrowthPerSecond = 1.08;

    /// <summary>libwebrtc's least for a report to count.</summary>
    private const int PacketsMin = 20;

    /// <summary>Enough for a decision before its time. Chosen: the standard error of 10 % is then 2 %.</summary>
    private const int PacketsEnough = 200;

    /// <summary>Time between decisions. Chosen: with the round trip it is that of libwebrtc's decreases.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    private readonly Bitrate _max = max;
    private long _received;
    private long _lost;
    private Instant _decidedAt = Instant.Never;

    /// <summary>The limit; <see cref="Bitrate"/> of the most when losses set none.</summary>
    public Bitrate Limit { get; private set; } = max;

    /// <summary>The share lost at the last decision, 0 to 1.</summary>
    public double Fraction { get; private set; }

    /// <summary>Counts what feedback or a report says.</summary>
    [HotPath]
    public void Count(long received, long lost)
    {
        _received += received;
        // A packet told lost that came after all takes its loss back.
        _lost = Math.Max(0, _lost + lost);
    }

    /// <summary>Decides anew when there is enough to decide by.</summary>
    /// <param name="target">The rate at present, to which a first limit refers.</param>
    /// <param name="roundTrip">The round trip: what was decided shows after it.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public void Update(Bitrate target, TimeSpan roundTrip, Instant now)
    {
        if (!_decidedAt.IsSet)
        {
            _decidedAt = now;
            return;
        }

        var packets = _received + _lost;
        var elapsed = now - _decidedAt;
        var isEnough = packets >= PacketsEnough && elapsed >= roundTrip;
        if (packets < PacketsMin || (!isEnough && elapsed < Interval + roundTrip))
        {
            return;
        }

        Fraction = (double)_lost / packets;
        var error = Math.Sqrt(Fraction * (1 - Fraction) / packets);
        _received = 0;
        _lost = 0;
        _decidedAt = now;
        var certain = Fraction - error;
        if (certain > LossHigh)
        {
            var lowered = Bitrate.Min(Limit, target) * (1 - DecreaseByLoss * Fraction);
            Limit = Bitrate.Max(min, lowered);
        }
        else if (certain > LossLow)
        {
            // A limit far above what is sent would let it grow while losses say that it should not.
            Limit = Bitrate.Min(Limit, Bitrate.Max(min, target));
        }
        else
        {
            Grow(elapsed);
        }
    }

    /// <summary>A probe that lost little went through at this rate.</summary>
    public void HandleProbe(Bitrate measured) =>
        Limit = Bitrate.Min(_max, Bitrate.Max(Limit, measured));

    private void Grow(TimeSpan elapsed)
    {
        var factor = Math.Pow(GrowthPerSecond, Math.Min(elapsed.TotalSeconds, 1));
        Limit = Bitrate.Min(_max, Limit * factor + Bitrate.FromKilobits(1));
    }
}
