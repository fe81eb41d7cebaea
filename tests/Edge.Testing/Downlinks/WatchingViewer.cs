using Edge.Primitives;

namespace Edge.Testing.Downlinks;

/// <summary>A viewer with both its ends, and what was measured of it each ten milliseconds.</summary>
public sealed class WatchingViewer
{
    private readonly List<ViewerSample> _samples = [];

    internal WatchingViewer(ServedViewer served, ViewerEnd end, Instant joinedAt)
    {
        Served = served;
        End = end;
        JoinedAt = joinedAt;
    }

    /// <summary>The node's end.</summary>
    public ServedViewer Served { get; }

    /// <summary>The viewer's own end.</summary>
    public ViewerEnd End { get; }

    /// <summary>When it began to connect.</summary>
    public Instant JoinedAt { get; }

    /// <summary>What was measured, in the order of time.</summary>
    public IReadOnlyList<ViewerSample> Samples => _samples;

    /// <summary>What is seen of the first camera.</summary>
    public Screen Screen => End.Screens[1];

    /// <summary>What was measured from a time on, for a while.</summary>
    public IEnumerable<ViewerSample> During(Instant from, Instant to) =>
        _samples.Where(sample => sample.At >= from && sample.At < to);

    internal void Sample(Bitrate carried, TimeSpan queue, Instant now) =>
        _samples.Add(
            new ViewerSample(
                now,
                carried,
                queue,
                Served.Downlink.Bandwidth.Estimate,
                Served.SentBytes,
                End.Screens.Length > 1 ? Screen.Layer : -1,
                Served.Tracks.Count > 1 ? Served.Tracks[1].Subscription.CurrentLayer : -1,
                Served.Downlink.WaitingCount
            )
        );
}
