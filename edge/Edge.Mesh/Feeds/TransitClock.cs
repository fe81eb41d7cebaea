using Edge.Primitives;

namespace Edge.Mesh.Feeds;

/// <summary>How much longer than the quickest a message was on its way, whatever the clocks of the two nodes
/// say.</summary>
/// <remarks>The quickest of the last one to two <see cref="Window"/>s stands for the way itself, so that
/// clocks that drift or are set, and ways that change, are followed. Threads: one owner.</remarks>
public sealed class TransitClock
{
    /// <summary>Chosen: drift of 100 millionths is 1 ms in it.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private WindowedLeast _quickest = new(Window);

    /// <summary>The time beyond the quickest.</summary>
    /// <param name="sentAt">When it was sent, by the other node's clock.</param>
    /// <param name="wallNow">When it came, by this node's wall clock.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public TimeSpan Measure(NtpTimestamp sentAt, NtpTimestamp wallNow, Instant now)
    {
        var transit = wallNow - sentAt;
        return transit - _quickest.Note(transit, now);
    }

    /// <summary>The same of a message that says nothing of the way as it is now: it does not count as the quickest.</summary>
    [HotPath]
    public TimeSpan Compare(NtpTimestamp sentAt, NtpTimestamp wallNow)
    {
        var quickest = _quickest.Least < _quickest.Former ? _quickest.Least : _quickest.Former;
        return quickest == TimeSpan.MaxValue ? TimeSpan.Zero : wallNow - sentAt - quickest;
    }

    /// <summary>Forgets the way: another node sends, by another clock.</summary>
    [HotPath]
    public void Restart() => _quickest.Restart(TimeSpan.MaxValue);
}
