using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <summary>The rate that delays allow: up by steps while they are normal, down to what arrives when a
/// queue grows.</summary>
/// <remarks>
/// Far from a known capacity it grows by a factor, near it by a packet a response time. It never grows far
/// beyond what arrives: what was not tried is not known.
/// Source: draft-ietf-rmcat-gcc-02 §5.5; numbers of libwebrtc (protocols.md §3.7).
/// </remarks>
internal sealed partial class AimdRateControl(Bitrate start, Bitrate min, Bitrate max)
{
    /// <summary>draft-ietf-rmcat-gcc-02 §5.5, beta.</summary>
    private const double DecreaseFactor = 0.85;

    /// <summary>draft-ietf-rmcat-gcc-02 §5.5, eta: a second's growth.</summary>
    private const double GrowthPerSecond = 1.08;

    /// <summary>draft-ietf-rmcat-gcc-02 §5.5: growth ends at this factor of what arrives.</summary>
    private const double AheadOfReceived = 1.5;
    private const double PacketBits = 1200 * 8;
    private const double FramesPerSecond = 30;
    private const double AdditiveMin = 4000;
    private static readonly Bitrate AheadAtLeast = Bitrate.FromKilobits(10);
    private static readonly Bitrate BelowReceived = Bitrate.FromKilobits(5);
    private static readonly Bitrate GrowthMin = Bitrate.FromKilobits(1);

    /// <summary>draft-ietf-rmcat-gcc-02 §5.5: how long detectors take beside the round trip.</summary>
    private static readonly TimeSpan DetectionTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ReduceEveryMin = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ReduceEveryMax = TimeSpan.FromMilliseconds(200);

    private readonly LinkCapacity _capacity = new();
    private Instant _increasedAt = Instant.Never;
    private Instant _decreasedAt = Instant.Never;

    /// <summary>The rate.</summary>
    public Bitrate Estimate { get; private set; } = start;

    /// <summary>What the path is known to carry; zero while unknown.</summary>
    public Bitrate Capacity => _capacity.Estimate;

    /// <summary>Takes over a rate that was measured.</summary>
    public void SetEstimate(Bitrate rate, Instant now)
    {
        Estimate = Clamp(rate);
        _increasedAt = now;
    }

    /// <summary>Notes what a probe that filled the path found.</summary>
    public void HandleSaturation(Bitrate measured) => _capacity.HandleProbe(measured);

    /// <summary>Whether the last decrease can have had its effect, or was far too small.</summary>
    /// <remarks>Waits for the effect of decreases only; libwebrtc counts increases too, which puts the first
    /// decrease off by a round trip.</remarks>
    public bool IsTimeToReduce(Bitrate received, TimeSpan roundTrip, Instant now)
    {
        if (!_decreasedAt.IsSet)
        {
            return true;
        }

        var wait = new TimeSpan(
            Math.Clamp(roundTrip.Ticks, ReduceEveryMin.Ticks, ReduceEveryMax.Ticks)
        );
        return now - _decreasedAt >= wait || received < Estimate * 0.5;
    }

    /// <summary>A queue grows: down to what arrives, less a margin that lets the queue empty.</summary>
    public void Decrease(Bitrate received, Instant now)
    {
        var decreased = BelowReceivedRate(received * DecreaseFactor);
        if (decreased > Estimate && _capacity.IsKnown)
        {
            decreased = _capacity.Estimate * DecreaseFactor;
        }

        Estimate = Clamp(Bitrate.Min(Estimate, decreased));
        if (received < _capacity.LowerBound)
        {
            _capacity.Reset();
        }

        _capacity.HandleOveruse(received);
        _increasedAt = Instant.Never;
        _decreasedAt = now;
    }

    /// <summary>A queue grows, and what arrives is unknown yet; as libwebrtc, which means to wait between
    /// two of these but does not.</summary>
    public void Halve(Instant now)
    {
        Estimate = Clamp(Estimate * 0.5);
        _increasedAt = Instant.Never;
        _decreasedAt = now;
    }

    /// <summary>Delays are normal: up, unless what is sent does not test the rate.</summary>
    /// <param name="received">What arrives; zero while unknown.</param>
    /// <param name="roundTrip">The round trip.</param>
    /// <param name="now">The time.</param>
    public void Increase(Bitrate received, TimeSpan roundTrip, Instant now)
    {
        if (received > _capacity.UpperBound)
        {
            _capacity.Reset();
        }

        var limit = received * AheadOfReceived + AheadAtLeast;
        // The first step after a hold has no time behind it.
        var elapsed = _increasedAt.IsSet ? (now - _increasedAt).TotalSeconds : 0;
        _increasedAt = now;
        if (Estimate < limit)
        {
            var step = _capacity.IsKnown ? Additive(roundTrip, elapsed) : Multiplied(elapsed);
            Estimate = Clamp(Bitrate.Min(Estimate + step, limit));
        }
    }

    /// <summary>A queue empties, or its end is waited for: no change, and none made up for later.</summary>
    public void Hold() => _increasedAt = Instant.Never;

    private Bitrate Multiplied(double elapsed)
    {
        var factor = Math.Pow(GrowthPerSecond, Math.Min(elapsed, 1)) - 1;
        return Bitrate.Max(Estimate * factor, GrowthMin * elapsed);
    }

    /// <summary>One packet of a mean frame for each response time.</summary>
    private Bitrate Additive(TimeSpan roundTrip, double elapsed)
    {
        var frameBits = Estimate.BitsPerSecond / FramesPerSecond;
        var packets = Math.Max(1, Math.Ceiling(frameBits / PacketBits));
        var response = 2 * (roundTrip + DetectionTime).TotalSeconds;
        var perSecond = Math.Max(AdditiveMin, frameBits / packets / response);
        return new Bitrate((long)(perSecond * Math.Min(elapsed, 1)));
    }

    private static Bitrate BelowReceivedRate(Bitrate rate) =>
        rate > BelowReceived ? new(rate.BitsPerSecond - BelowReceived.BitsPerSecond) : rate;

    private Bitrate Clamp(Bitrate rate) => Bitrate.Max(min, Bitrate.Min(max, rate));
}
