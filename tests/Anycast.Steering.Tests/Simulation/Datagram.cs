using Edge.Primitives;

namespace Anycast.Steering.Tests.Simulation;

/// <summary>A client's datagram on its way.</summary>
/// <param name="Source">Where it says that it comes from.</param>
/// <param name="Fragment">The username fragment of ours, for a STUN check; null for media.</param>
/// <param name="Client">Whose credentials it proves to have; null for a stranger's.</param>
internal sealed record Datagram(NetworkAddress Source, byte[]? Fragment, SimulatedClient? Client)
{
    /// <summary>How often it was passed on within the PoP that it is in.</summary>
    public int Hops { get; init; }

    /// <summary>Where it was last, within the PoP that it is in.</summary>
    public SimulatedNode? From { get; init; }
}
