using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.Shards;

/// <summary>A small message between shards. Losing one costs a moment: each is said again by what
/// caused it (the next check, the repeated request, the next report).</summary>
internal readonly record struct SignalMessage
{
    /// <summary>What it says.</summary>
    public required SignalKind Kind { get; init; }

    /// <summary>The session, for a route.</summary>
    public Session? Session { get; init; }

    /// <summary>The publisher's track, for the others.</summary>
    public TrackSource? Source { get; init; }

    /// <summary>The flow, for a route.</summary>
    public NetworkAddress Address { get; init; }

    /// <summary>The layer, for a key frame, a report or a word.</summary>
    public byte Layer { get; init; }

    /// <summary>The report's RTP timestamp.</summary>
    public uint RtpTimestamp { get; init; }

    /// <summary>The report's wall time.</summary>
    public NtpTimestamp Ntp { get; init; }

    /// <summary>What was said of the layer.</summary>
    public TrackInlet.LayerWord Word { get; init; }
}
