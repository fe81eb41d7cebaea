using Edge.Forwarding.Allocation;
using Edge.Forwarding.Tracks;

namespace Edge.Testing.Downlinks;

/// <summary>A track that a viewer is sent.</summary>
/// <param name="Viewer">To whom.</param>
/// <param name="Track">What.</param>
/// <param name="Subscription">How.</param>
/// <param name="Stream">Index of the stream in the peer's sender.</param>
/// <param name="IsSound">Whether it is sound.</param>
public sealed record ServedTrack(
    ServedViewer Viewer,
    Track Track,
    Subscription Subscription,
    int Stream,
    bool IsSound
)
{
    /// <summary>Who comes first.</summary>
    public int Priority { get; init; }

    /// <summary>Its share of the viewer's network; null before it was attached.</summary>
    public TrackShare? Share { get; internal set; }
}
