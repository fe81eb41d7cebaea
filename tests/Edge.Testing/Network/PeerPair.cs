using Edge.Primitives;

namespace Edge.Testing.Network;

/// <summary>Makes the smallest simulation: two endpoints and the path between them.</summary>
public static class PeerPair
{
    /// <summary>Where the left endpoint is at first (RFC 5737 TEST-NET-1).</summary>
    public static NetworkAddress LeftAddress { get; } =
        NetworkAddress.FromIPv4(0xC000_0201, 50_001);

    /// <summary>Where the right endpoint is at first (RFC 5737 TEST-NET-2).</summary>
    public static NetworkAddress RightAddress { get; } = NetworkAddress.FromIPv4(0xC633_6401, 7000);

    /// <summary>Puts two endpoints on a path whose directions are alike; each gets its own random source.</summary>
    public static PeerPair<TLeft, TRight> Create<TLeft, TRight>(
        ulong seed,
        Func<Prng, TLeft> left,
        Func<Prng, TRight> right,
        LinkConditions? conditions = null
    )
        where TLeft : ISimulatedEndpoint
        where TRight : ISimulatedEndpoint => new(seed, left, right, conditions);
}

/// <summary>Two endpoints and the path between them: the smallest simulation.</summary>
public sealed class PeerPair<TLeft, TRight>
    where TLeft : ISimulatedEndpoint
    where TRight : ISimulatedEndpoint
{
    /// <summary>Puts two endpoints on a path whose directions are alike.</summary>
    internal PeerPair(
        ulong seed,
        Func<Prng, TLeft> left,
        Func<Prng, TRight> right,
        LinkConditions? conditions = null
    )
    {
        Simulation = new(seed, conditions);
        Left = left(Simulation.Random.Fork());
        Right = right(Simulation.Random.Fork());
        LeftHost = Simulation.Add("left", PeerPair.LeftAddress, Left);
        RightHost = Simulation.Add("right", PeerPair.RightAddress, Right);
    }

    /// <summary>The simulation both live in.</summary>
    public Simulation Simulation { get; }

    /// <summary>The left endpoint: by custom the client.</summary>
    public TLeft Left { get; }

    /// <summary>The right endpoint: by custom the server.</summary>
    public TRight Right { get; }

    /// <summary>The left endpoint's place.</summary>
    public SimulatedHost LeftHost { get; }

    /// <summary>The right endpoint's place.</summary>
    public SimulatedHost RightHost { get; }
}
