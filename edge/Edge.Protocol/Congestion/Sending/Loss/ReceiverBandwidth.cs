using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Loss;

/// <summary>The rate for a viewer that sends no transport-wide feedback: what it says it can take, or by
/// losses alone.</summary>
/// <remarks>
/// With REMB the rate is what the viewer measured. Without, it grows while losses are low and what is sent
/// tests it. Losses bound both (<see cref="LossController"/>).
/// Source: draft-alvestrand-rmcat-remb-03; draft-ietf-rmcat-gcc-02 §6.
/// </remarks>
internal sealed partial class ReceiverBandwidth(Bitrate start, Bitrate min, Bitrate max)
{
    private const double GrowthPerSecond = 1.08;
    private const double LossLow = 0.02;

    /// <summary>How long a REMB holds. Chosen: several of its intervals (1 s in browsers).</summary>
    private static readonly TimeSpan RembLifetime = TimeSpan.FromSeconds(10);

    private Instant _rembEndsAt = Instant.Never;
    private Instant _grownAt = Instant.Never;

    /// <summary>The rate.</summary>
    public Bitrate Estimate { get; private set; } = start;

    /// <summary>What the viewer says is the most; of <see cref="Bitrate"/>'s largest when it says
    /// nothing.</summary>
    public Bitrate Limit(Instant now) => HasRemb(now) ? Remb : new(long.MaxValue);

    /// <summary>The last REMB, within our bounds.</summary>
    public Bitrate Remb { get; private set; }

    /// <summary>The viewer says what it can take.</summary>
    public void HandleRemb(Bitrate rate, Instant now)
    {
        // What growth begins with when the word is old: of nothing there is none.
        Remb = Bitrate.Max(min, Bitrate.Min(rate, max));
        _rembEndsAt = now + RembLifetime;
        Estimate = Remb;
    }

    /// <summary>A report came and was counted.</summary>
    /// <param name="limit">What losses allow.</param>
    /// <param name="lossFraction">The share lost lately.</param>
    /// <param name="isTested">Whether as much is sent as the estimate allows.</param>
    /// <param name="now">The time.</param>
    public void HandleReport(Bitrate limit, double lossFraction, bool isTested, Instant now)
    {
        var elapsed = _grownAt.IsSet ? (now - _grownAt).TotalSeconds : 0;
        _grownAt = now;
        if (!HasRemb(now) && isTested && lossFraction < LossLow)
        {
            Estimate *= Math.Pow(GrowthPerSecond, Math.Min(elapsed, 1));
        }

        Estimate = Bitrate.Min(Bitrate.Min(Estimate, limit), max);
    }

    private bool HasRemb(Instant now) => _rembEndsAt.IsSet && now < _rembEndsAt;
}
