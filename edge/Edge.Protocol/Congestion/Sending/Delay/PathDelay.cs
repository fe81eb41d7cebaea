using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <summary>How long packets wait in a queue: how much longer they are under way than the fastest lately.</summary>
/// <remarks>
/// The least of two rounds counts, so that jitter does not, nor a small round that a channel held back as a
/// whole: it is the queue that no packet escaped. The two clocks need not agree, only run alike: at 100 ppm they part by a millisecond in
/// the <see cref="MemoryMax"/> that the fastest is remembered.
/// </remarks>
internal sealed partial class PathDelay
{
    /// <summary>Chosen: a queue of ours is emptied far sooner; a path that became longer is known after
    /// it.</summary>
    public static readonly TimeSpan MemoryMax = 2 * Half;

    private static TimeSpan Half => TimeSpan.FromSeconds(5);

    private TimeSpan _roundLeast = TimeSpan.MaxValue;
    private TimeSpan _lastRoundLeast = TimeSpan.MaxValue;
    private WindowedLeast _fastest = new(Half);

    /// <summary>The queue that all packets of the last two rounds met; zero while nothing is known.</summary>
    public TimeSpan Standing { get; private set; }

    /// <summary>The queue that all packets of the last round met: sooner known, but of a small round it may be
    /// what a channel held back.</summary>
    public TimeSpan Latest { get; private set; }

    /// <summary>Notes a packet of the round.</summary>
    [HotPath]
    public void HandlePacket(Instant sentAt, TimeSpan arrival)
    {
        var delay = new TimeSpan(arrival.Ticks - sentAt.Ticks);
        _roundLeast = delay < _roundLeast ? delay : _roundLeast;
    }

    /// <summary>Ends a round, if any packet came in it.</summary>
    [HotPath]
    public void EndRound(Instant now)
    {
        if (_roundLeast == TimeSpan.MaxValue)
        {
            return;
        }

        var fastest = _fastest.Note(_roundLeast, now);
        Latest = _roundLeast - fastest;
        Standing = Least(_roundLeast, _lastRoundLeast) - fastest;
        _lastRoundLeast = _roundLeast;
        _roundLeast = TimeSpan.MaxValue;
    }

    /// <summary>What looked like a queue is how long the path is now.</summary>
    public void Rebase()
    {
        _fastest.Restart(TimeSpan.MaxValue);
        _lastRoundLeast = TimeSpan.MaxValue;
        Standing = TimeSpan.Zero;
        Latest = TimeSpan.Zero;
    }

    /// <summary>Forgets all.</summary>
    public void Reset()
    {
        Rebase();
        _roundLeast = TimeSpan.MaxValue;
    }

    private static TimeSpan Least(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
