using Edge.Primitives;

namespace Edge.Testing.Network;

/// <summary>An endpoint in a <see cref="Simulation"/>, with its name and its address.</summary>
public sealed class SimulatedHost
{
    internal SimulatedHost(
        int number,
        string name,
        NetworkAddress address,
        ISimulatedEndpoint endpoint
    )
    {
        Number = number;
        Name = name;
        Address = address;
        Endpoint = endpoint;
    }

    /// <summary>What failures call it.</summary>
    public string Name { get; }

    /// <summary>Where datagrams for it go, and what others see as their source.</summary>
    public NetworkAddress Address { get; internal set; }

    /// <summary>The core itself.</summary>
    public ISimulatedEndpoint Endpoint { get; }

    internal int Number { get; }

    /// <summary>The virtual millisecond that <see cref="Wakes"/> and <see cref="Arrivals"/> count in.</summary>
    internal long Millisecond { get; set; }

    /// <summary>Its deadline when it was last drained; not kept where it is asked each time.</summary>
    internal Instant Deadline { get; set; } = Instant.Never;

    internal int Wakes { get; set; }

    internal int Arrivals { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} at {Address}";
}
