using Anycast.Steering;
using Control.Contract.Calls;
using Edge.Bus;

namespace Control.Server.Placement;

/// <summary>What a control process without a node of its own is made of.</summary>
internal sealed record MeshControlOptions
{
    /// <summary>The name of its PoP.</summary>
    public required string Pop { get; init; }

    /// <summary>The keys of its PoP, all that are in use, by which ids of sessions are read.</summary>
    public required PopKeyRing Keys { get; init; }

    /// <summary>To the nodes of its PoP; null where they are reached by <see cref="Nats"/>.</summary>
    public IBus? Lan { get; init; }

    /// <summary>To the nodes of other PoPs; null where there are none.</summary>
    public IBus? Nats { get; init; }

    /// <summary>What nodes hold sessions to, as it is told clients.</summary>
    public CallsNodeLimits Limits { get; init; } = new();

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Draws waits and choices. Default: the shared one.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Where events are logged.</summary>
    public required ILoggerFactory Loggers { get; init; }
}
