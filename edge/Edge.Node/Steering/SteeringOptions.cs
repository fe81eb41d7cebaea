using System.Collections.Immutable;
using Edge.Bus;
using Edge.Primitives;

namespace Edge.Node.Steering;

/// <summary>How a node passes on what came to it for another node of its PoP.</summary>
public sealed record SteeringOptions
{
    /// <summary>The UDP address at which others pass datagrams on to this node; each shard binds it.</summary>
    public required NetworkAddress Hop { get; init; }

    /// <summary>The PoP's bus, over which nodes tell each other whose a flow is. The caller's.</summary>
    public required IBus Bus { get; init; }

    /// <summary>Who is in the PoP now, this process or not; asked each second. Threads: any.</summary>
    public required Func<ImmutableArray<PopMember>> Members { get; init; }

    /// <summary>Calls back for each other process of the PoP that listens to a subject of the bus, before it returns, and whenever
    /// one begins to, for the first time or again, until the result is disposed: it has heard of nothing, and hears what is said
    /// from then on. What is called does not wait.</summary>
    public required Func<string, Action, IDisposable> WatchListeners { get; init; }

    /// <summary>Calls back with the name of each process of the PoP that seems to have ended, at once, until the result is disposed; it may
    /// be wrong, and who is heard again has not. Default: none, what is silent has ended. What is called does not wait.</summary>
    public Func<Action<string>, IDisposable>? WatchDeaths { get; init; }

    /// <summary>Whether a session goes to the node where its client's flow comes in, before it connects. Default: true. Without it
    /// each of its packets is passed on for as long as it lives.</summary>
    public bool FollowsFlows { get; init; } = true;
}
