using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <summary>The bandwidth by delays: groups, their trend, what it means, and the rate that follows.</summary>
/// <remarks>
/// A trend is blind to a queue that stands still. So a queue that none of the packets escaped for a while
/// is overuse too (<see cref="StandingQueueJudge"/>).
/// Source: draft-ietf-rmcat-gcc-02.
/// </remarks>
internal sealed partial class DelayBandwidth(AimdRateControl rate)
{
    /// <summary>Silence after which groups begin anew; as libwebrtc.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(2);

    /// <summary>A queue that a growing delay has to have left before the rate is lowered for it. Chosen: what our
    /// own bursts make (<see cref="Pacing.PacingBudget.Burst"/>); a key frame after a quiet time looks like a
    /// queue that grows, and is gone again after it.</summary>
    private static readonly TimeSpan OwnBursts = TimeSpan.FromMilliseconds(30);

    private readonly InterArrival _groups = new();
    private readonly TrendlineEstimator _trend = new();
    private readonly OveruseDetector _detector = new();
    private readonly PathDelay _delay = new();
    private readonly StandingQueueJudge _standing = new();
    private readonly QueueDrain _drain = new();
    private Instant _heardAt = Instant.Never;

    /// <summary>What delays say now.</summary>
    public NetworkUsage Usage { get; private set; }

    /// <summary>What the path carries.</summary>
    public Bitrate Estimate => rate.Estimate;

    /// <summary>What to send of it, less what a queue needs to empty.</summary>
    public Bitrate Drained => rate.Estimate * _drain.Share;

    /// <summary>The queue that all packets lately met.</summary>
    public TimeSpan StandingQueue => _delay.Standing;

    /// <summary>Takes a received packet, in the order of arrival.</summary>
    [HotPath]
    public void HandlePacket(in PacketResult result, Instant now)
    {
        if (_heardAt.IsSet && now - _heardAt > SilenceMax)
        {
            ForgetTrend();
        }

        _heardAt = now;
        _delay.HandlePacket(result.SentAt, result.Arrival);
        if (_groups.TryAdd(result.SentAt, result.Arrival, out var delta))
        {
            _trend.Add(delta);
            _detector.Detect(_trend, delta);
        }
    }

    /// <summary>Decides after the packets of a feedback block.</summary>
    /// <param name="received">What arrives, as a mean; zero while unknown.</param>
    /// <param name="recent">What arrived at most in the last blocks; zero while unknown. What is lowered is lowered
    /// to no less.</param>
    /// <param name="roundTrip">The round trip.</param>
    /// <param name="isProbing">Whether a probe of ours is under way or just over: then delays grow because
    /// we wanted to know how much they do.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether the rate was decreased.</returns>
    [HotPath]
    public bool Update(
        Bitrate received,
        Bitrate recent,
        TimeSpan roundTrip,
        bool isProbing,
        Instant now
    )
    {
        _delay.EndRound(now);
        Usage = Judge(roundTrip, isProbing, now);
        var isDecreased = false;
        switch (Usage)
        {
            case NetworkUsage.Overusing when _delay.Latest < OwnBursts:
                rate.Hold();
                break;
            case NetworkUsage.Overusing:
                isDecreased = TryDecrease(Bitrate.Max(received, recent), roundTrip, now);
                break;
            case NetworkUsage.Underusing:
                rate.Hold();
                break;
            case NetworkUsage.Normal when isProbing:
                rate.Hold();
                break;
            case NetworkUsage.Normal:
            default:
                rate.Increase(received, roundTrip, now);
                break;
        }

        _drain.HandleQueue(_delay.Standing, now);
        return isDecreased;
    }

    /// <summary>A probe found how much the path carries.</summary>
    [HotPath]
    public void HandleProbe(Bitrate measured, bool isSaturated, Instant now)
    {
        if (isSaturated)
        {
            rate.HandleSaturation(measured);
            _drain.Start(now);
        }

        // A probe's own queue is no trend: what follows it is judged by itself.
        ForgetTrend();
        rate.SetEstimate(measured, now);
    }

    /// <summary>A probe found no more than is known: its queue is to empty, that is all.</summary>
    [HotPath]
    public void HandleFailedProbe(Instant now)
    {
        ForgetTrend();
        _drain.Start(now);
    }

    /// <summary>The receiver's clock is another than before.</summary>
    [HotPath]
    public void HandleOtherClock()
    {
        ForgetTrend();
        _delay.Reset();
    }

    /// <summary>Nothing is heard of the path: less, without a measurement.</summary>
    public void SetEstimate(Bitrate lower, Instant now) => rate.SetEstimate(lower, now);

    private NetworkUsage Judge(TimeSpan roundTrip, bool isProbing, Instant now)
    {
        var isStanding = _standing.IsOveruse(_delay.Standing, now);
        if (isStanding && _detector.Usage == NetworkUsage.Normal)
        {
            return JudgeStanding(roundTrip, now);
        }

        var isExpected = isProbing && !isStanding && _detector.Usage == NetworkUsage.Overusing;
        return isExpected ? NetworkUsage.Normal : _detector.Usage;
    }

    private NetworkUsage JudgeStanding(TimeSpan roundTrip, Instant now)
    {
        switch (_standing.Judge(_delay.Standing, roundTrip, now))
        {
            case StandingVerdict.Wait:
                return NetworkUsage.Underusing;
            case StandingVerdict.Decrease:
                return NetworkUsage.Overusing;
            case StandingVerdict.Tolerate:
            default:
                _delay.Rebase();
                return NetworkUsage.Normal;
        }
    }

    private bool TryDecrease(Bitrate received, TimeSpan roundTrip, Instant now)
    {
        rate.Hold();
        var isKnown = received > Bitrate.Zero;
        // Of what is unknown nothing can be far off: it waits for its effect like others.
        if (!rate.IsTimeToReduce(isKnown ? received : rate.Estimate, roundTrip, now))
        {
            return false;
        }

        if (isKnown)
        {
            rate.Decrease(received, now);
        }
        else
        {
            rate.Halve(now);
        }

        _drain.Start(now);
        return true;
    }

    private void ForgetTrend()
    {
        _groups.Reset();
        _trend.Reset();
        _detector.Reset();
    }
}
