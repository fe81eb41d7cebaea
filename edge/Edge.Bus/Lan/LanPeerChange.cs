using System.Diagnostics;

namespace Edge.Bus.Lan;

/// <summary>A peer's state has changed, or what it is known by.</summary>
/// <param name="Name">The peer's name.</param>
/// <param name="State">Its state from now on.</param>
/// <param name="Cause">Why.</param>
/// <param name="At">When that was found: a moment of <see cref="Stopwatch"/>.</param>
/// <param name="Life">Which life of the peer it is about; 0 when it does not say (<see cref="LanPeerStatus.Life"/>).</param>
public readonly record struct LanPeerChange(
    string Name,
    LanPeerState State,
    LanPeerCause Cause,
    long At,
    long Life
);
