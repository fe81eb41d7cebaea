using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <summary>Whose a queue is that stands: ours, until decreases do not help; then others', who would starve us.</summary>
/// <remarks>
/// A queue of ours is gone after a decrease, and stays away until more is sent again. One that comes back at once
/// is held by others (a TCP that fills whatever there is), or is the length of the path. After three
/// decreases in vain it is tolerated for a while: trends alone count then, as in GCC.
/// The idea of a standing queue is LiveKit's (queuing regions); the rest is ours.
/// </remarks>
internal sealed partial class StandingQueueJudge
{
    /// <summary>Decreases in vain until a queue is others'.</summary>
    public const int DecreasesMax = 3;

    /// <summary>A standing queue that is overuse. Chosen: of the 60 ms that the issue allows, what is left
    /// for the reaction. By simulation 35 ms use a little less, 45 ms queue a little more.</summary>
    private static readonly TimeSpan OveruseMin = TimeSpan.FromMilliseconds(40);

    /// <summary>A queue is gone below. Chosen: what <see cref="QueueDrain"/> empties to.</summary>
    private static readonly TimeSpan GoneMax = TimeSpan.FromMilliseconds(8);

    /// <summary>A queue that is gone for so long was ours. Chosen by simulation: a TCP in 50 ms of queue is
    /// back in less, growth of ours is not.</summary>
    private static readonly TimeSpan GoneMin = TimeSpan.FromSeconds(1);

    /// <summary>How long others' queues are tolerated. Chosen: a TCP flow leaves a tenth of the path or more;
    /// without it a fortieth.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(20);

    /// <summary>What a decrease needs to show, beside the round trip. Chosen: three feedback intervals.</summary>
    private static readonly TimeSpan EffectTime = TimeSpan.FromMilliseconds(300);

    /// <summary>A queue that fell to this was helped by the decrease.</summary>
    private const double HelpedMax = 0.8;

    private TimeSpan _atDecrease;
    private Instant _goneAt = Instant.Never;
    private Instant _nextAt = Instant.Zero;
    private Instant _toleratedUntil = Instant.Zero;
    private int _decreases;

    /// <summary>Notes the queue of a round; true when it is one to be judged.</summary>
    [HotPath]
    public bool IsOveruse(TimeSpan standing, Instant now)
    {
        if (standing > GoneMax)
        {
            _goneAt = Instant.Never;
        }
        else if (!_goneAt.IsSet)
        {
            _goneAt = now;
        }
        else if (now - _goneAt >= GoneMin)
        {
            _decreases = 0;
        }

        return standing > OveruseMin && now >= _toleratedUntil;
    }

    /// <summary>What to do about a queue that neither grows nor empties.</summary>
    [HotPath]
    public StandingVerdict Judge(TimeSpan standing, TimeSpan roundTrip, Instant now)
    {
        if (now < _nextAt)
        {
            return StandingVerdict.Wait;
        }

        _nextAt = now + roundTrip + EffectTime;
        if (_decreases > 0 && standing < _atDecrease * HelpedMax)
        {
            _decreases--;
        }

        _atDecrease = standing;
        if (++_decreases <= DecreasesMax)
        {
            return StandingVerdict.Decrease;
        }

        _decreases = 0;
        _toleratedUntil = now + Tolerance;
        return StandingVerdict.Tolerate;
    }
}
