using Edge.Primitives;

namespace Edge.Forwarding.Rewriting;

/// <summary>The packet with which a run begins, as far as its timestamp goes.</summary>
internal readonly record struct TimestampStart
{
    /// <summary>The first packet's timestamp.</summary>
    public required uint Timestamp { get; init; }

    /// <summary>When it came.</summary>
    public required Instant ArrivedAt { get; init; }

    /// <summary>The timestamp of the newest packet there is; equal for a live start.</summary>
    public required uint HeadTimestamp { get; init; }

    /// <summary>How long sending all up to the head takes; zero for a live start.</summary>
    public required TimeSpan BurstDuration { get; init; }

    /// <summary>Its layer's clock.</summary>
    public required LayerClock Clock { get; init; }

    /// <summary>The clock of the layer sent until now.</summary>
    public required LayerClock LastClock { get; init; }

    /// <summary>Whether the publisher is the one sent until now.</summary>
    public required bool IsSameSource { get; init; }

    /// <summary>Units per second.</summary>
    public required uint ClockRate { get; init; }
}
