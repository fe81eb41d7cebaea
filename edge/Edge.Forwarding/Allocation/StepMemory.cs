using Edge.Primitives;

namespace Edge.Forwarding.Allocation;

/// <summary>When a track may take a better step, after what became of those that it took before.</summary>
/// <remarks>After a fall it waits, the longer the sooner the fall came after the last rise; but not once there is more
/// than there was then. A rise is regretted once, however many falls lead down from it.</remarks>
internal partial struct StepMemory
{
    /// <summary>First wait after a fall. Chosen: the network's queue and the estimate settle within it.</summary>
    internal static readonly TimeSpan PatienceMin = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait after a fall. Chosen: two switches a minute.</summary>
    internal static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(60);

    /// <summary>So much more than there was at a rise that was regretted is another network: nobody waits.</summary>
    private const double MoreThanBefore = 1.25;

    /// <summary>A fall so soon after a rise was that rise's fault.</summary>
    private static readonly TimeSpan RegretTime = TimeSpan.FromSeconds(15);

    private Instant _risesAt;
    private Instant _roseAt;
    private TimeSpan _patience;

    // In bits a second: what there was for it at the last look, at the last rise, and at one that was regretted.
    private double _seen;
    private double _roseWith;
    private double _regrettedWith;

    /// <summary>Makes one to which nothing happened yet.</summary>
    public StepMemory()
    {
        _risesAt = Instant.Zero;
        _roseAt = Instant.Never;
        _patience = PatienceMin;
        _regrettedWith = double.PositiveInfinity;
    }

    /// <summary>Whether a step up may be taken.</summary>
    /// <param name="purse">What there is for it, in bits a second.</param>
    /// <param name="now">The time.</param>
    public bool MayRise(double purse, Instant now)
    {
        _seen = purse;
        return now >= _risesAt || purse >= _regrettedWith * MoreThanBefore;
    }

    /// <summary>A step up was taken, with what there was when <see cref="MayRise"/> was last asked.</summary>
    public void HandleRise(Instant now)
    {
        _roseAt = now;
        _roseWith = _seen;
    }

    /// <summary>A step down was taken.</summary>
    public void HandleFall(Instant now)
    {
        if (!_roseAt.IsSet)
        {
            // Further down from the same rise.
            var rested = now + PatienceMin;
            _risesAt = _risesAt > rested ? _risesAt : rested;
            return;
        }

        var isRegretted = now - _roseAt < RegretTime;
        var patience = isRegretted ? _patience * 2 : PatienceMin;
        _patience = patience < PatienceMax ? patience : PatienceMax;
        _risesAt = now + _patience;
        _regrettedWith = isRegretted ? _roseWith : double.PositiveInfinity;
        _roseAt = Instant.Never;
    }
}
