using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <summary>The bandwidth by delays: groups, their trend, what it means, and the rate that follows.</summary>
/// <remarks>
/// A trend is blind to a queue that stands still. So a queue that none of the packets escaped for a while
/// is overuse too; if it stays whatever we send, it is the length of the path, and taken for that.
/// Source: draft-ietf-rmcat-gcc-02; the standing queue is ours, after LiveKit's queuing regions.
/// </remarks>
internal sealed class DelayBandwidth(AimdRateControl rate)
{
    /// <summary>Silence after which groups begin anew; as libwebrtc.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(2);

    /// <summary>A standing queue that is overuse. Chosen: of the 60 ms that the issue allows, what is left
    /// for the reaction. By simulation 35 ms use a little less, 45 ms queue a little more.</summary>
    private static readonly TimeSpan StandingMax = TimeSpan.FromMilliseconds(40);

    /// <summary>A queue that a growing delay has to have left before the rate is lowered for it. Chosen: what our
    /// own bursts make (<see cref="Pacing.PacingBudget.Burst"/>); a key frame after a quiet time looks like a
    /// queue that grows, and is gone again after it.</summary>
    private static readonly TimeSpan OwnBursts = TimeSpan.FromMilliseconds(30);

    /// <summary>Decreases for a standing queue that does not fall, until it is taken for the path.</summary>
    private const int StandingDecreasesMax = 3;

    private const double HasFallen = 0.8;

    private readonly InterArrival _groups = new();
    private readonly TrendlineEstimator _trend = new();
    private readonly OveruseDetector _detector = new();
    private readonly PathDelay _delay = new();
    private readonly QueueDrain _drain = new();
    private Instant _heardAt = Instant.Never;
    private TimeSpan _standingAtDecrease;
    private Instant _standingCheckAt = Instant.Zero;
    private int _standingDecreases;

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
    /// <param name="received">What arrives; zero while unknown.</param>
    /// <param name="roundTrip">The round trip.</param>
    /// <param name="isProbing">Whether a probe of ours is under way or just over: then delays grow because
    /// we wanted to know how much they do.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether the rate was decreased.</returns>
    [HotPath]
    public bool Update(Bitrate received, TimeSpan roundTrip, bool isProbing, Instant now)
    {
        _delay.EndRound(now);
        Usage = Judge(roundTrip, isProbing, now);
        var isDecreased = false;
        switch (Usage)
        {
            case NetworkUsage.Overusing when _delay.Standing < OwnBursts:
                rate.Hold();
                break;
            case NetworkUsage.Overusing:
                isDecreased = TryDecrease(received, roundTrip, now);
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

    /// <summary>Nothing is heard of the path: less, without a measurement.</summary>
    public void SetEstimate(Bitrate lower, Instant now) => rate.SetEstimate(lower, now);

    private NetworkUsage Judge(TimeSpan roundTrip, bool isProbing, Instant now)
    {
        if (_delay.Standing > StandingMax)
        {
            return JudgeStanding(roundTrip, now);
        }

        _standingDecreases = 0;
        var isExpected = isProbing && _detector.Usage == NetworkUsage.Overusing;
        return isExpected ? NetworkUsage.Normal : _detector.Usage;
    }

    private NetworkUsage JudgeStanding(TimeSpan roundTrip, Instant now)
    {
        if (_detector.Usage != NetworkUsage.Normal || now < _standingCheckAt)
        {
            // It grows or empties already; or what was done needs its time.
            return _detector.Usage == NetworkUsage.Normal
                ? NetworkUsage.Underusing
                : _detector.Usage;
        }

        _standingCheckAt = now + roundTrip + TimeSpan.FromMilliseconds(300);
        if (_standingDecreases > 0 && _delay.Standing < _standingAtDecrease * HasFallen)
        {
            _standingDecreases = 0;
        }

        if (_standingDecreases == 0)
        {
            _standingAtDecrease = _delay.Standing;
        }

        if (++_standingDecreases <= StandingDecreasesMax)
        {
            return NetworkUsage.Overusing;
        }

        _standingDecreases = 0;
        _delay.Rebase();
        return NetworkUsage.Normal;
    }

    private bool TryDecrease(Bitrate received, TimeSpan roundTrip, Instant now)
    {
        rate.Hold();
        if (!rate.IsTimeToReduce(received, roundTrip, now))
        {
            return false;
        }

        if (received > Bitrate.Zero)
        {
            rate.Decrease(received, now);
        }
        else
        {
            rate.SetEstimate(rate.Estimate * 0.5, now);
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
