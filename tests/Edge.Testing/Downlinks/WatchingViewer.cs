using Edge.Primitives;

namespace Edge.Testing.Downlinks;

/// <summary>A viewer with both its ends, and what was measured of it each ten milliseconds.</summary>
public sealed class WatchingViewer
{
    private readonly List<ViewerSample> _samples = [];

    internal WatchingViewer(
        ServedViewer served,
        ViewerEnd end,
        ViewerWishes wishes,
        Instant joinedAt
    )
    {
        Wishes = wishes;
        Served = served;
        End = end;
        JoinedAt = joinedAt;
    }

    /// <summary>The node's end.</summary>
    public ServedViewer Served { get; }

    /// <summary>The viewer's own end.</summary>
    public ViewerEnd End { get; }

    /// <summary>What it watches and hears.</summary>
    public ViewerWishes Wishes { get; }

    /// <summary>When it began to connect.</summary>
    public Instant JoinedAt { get; }

    /// <summary>What was measured, in the order of time.</summary>
    public IReadOnlyList<ViewerSample> Samples => _samples;

    /// <summary>What is seen of the first camera.</summary>
    public Screen Screen => End.Screens[FirstCamera];

    /// <summary>The section of the first camera: behind those of all sounds.</summary>
    public int FirstCamera => Wishes.Sounds.Length;

    /// <summary>Stops a camera, or has it go on, as its viewer wishes.</summary>
    public void SetPaused(int camera, bool isPaused, Instant now)
    {
        var served = Served.Tracks[FirstCamera + camera];
        if (!Served.IsConnected)
        {
            served.Subscription.Pause(isPaused);
            return;
        }

        served.Track.SetPaused(served.Subscription, isPaused, now);
        Served.Downlink.Reconsider(now);
        Served.Touch();
    }

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
                Wishes.Cameras.Length > 0 ? Screen.Layer : -1,
                Wishes.Cameras.Length > 0
                    ? Served.Tracks[FirstCamera].Subscription.CurrentLayer
                    : -1,
                Served.Downlink.WaitingCount
            )
        );
}
