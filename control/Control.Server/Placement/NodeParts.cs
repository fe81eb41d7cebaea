using Control.Contract.Calls;

namespace Control.Server.Placement;

/// <summary>What everything that asks nodes shares.</summary>
/// <param name="Buses">Which bus leads where.</param>
/// <param name="Link">Asks nodes.</param>
/// <param name="Directory">Knows them.</param>
/// <param name="Feeds">Their events.</param>
/// <param name="Limits">What nodes hold sessions to, where they have not said so.</param>
/// <param name="Jitter">Draws waits.</param>
/// <param name="Time">The clock.</param>
internal sealed record NodeParts(
    NodeBuses Buses,
    NodeLink Link,
    NodeDirectory Directory,
    EventFeeds Feeds,
    CallsNodeLimits Limits,
    Jitter Jitter,
    TimeProvider Time
);
