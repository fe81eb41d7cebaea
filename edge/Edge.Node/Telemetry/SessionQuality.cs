using Edge.Primitives;

namespace Edge.Node.Telemetry;

/// <summary>How a session did since it was last measured.</summary>
/// <param name="Uplink">What its client sent.</param>
/// <param name="Downlink">What it was sent.</param>
/// <param name="RoundTrip">The last round trip; zero while unknown.</param>
internal readonly record struct SessionQuality(
    LinkTotals Uplink,
    LinkTotals Downlink,
    TimeSpan RoundTrip
)
{
    /// <summary>What its client's network carries; zero while nothing is estimated.</summary>
    public Bitrate Available { get; init; }

    /// <summary>What of that is given to tracks.</summary>
    public Bitrate Given { get; init; }
}
