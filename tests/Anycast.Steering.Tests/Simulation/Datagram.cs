using Edge.Primitives;

namespace Anycast.Steering.Tests.Simulation;

/// <summary>A client's datagram on its way.</summary>
/// <param name="Source">Where it says that it comes from.</param>
/// <param name="Fragment">The username fragment of ours, for a STUN check; null for media.</param>
/// <param name="Session">The session of whose client it is, as its code or its keys show; null for a stranger's.</param>
internal sealed record Datagram(NetworkAddress Source, byte[]? Fragment, string? Session)
{
    /// <summary>What it is, if it is no STUN check.</summary>
    public FlowStage Stage { get; init; } = FlowStage.Established;

    /// <summary>How often it was passed on within the PoP that it is in.</summary>
    public int Hops { get; init; }

    /// <summary>Where it was last, within the PoP that it is in.</summary>
    public SimulatedNode? From { get; init; }
}
