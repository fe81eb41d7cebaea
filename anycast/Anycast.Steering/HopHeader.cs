using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>What stands before a datagram that one node of a PoP passes on to another.</summary>
/// <param name="Node">The number of the node that passes it on.</param>
/// <param name="Shard">The shard of the owner it is for, or any number to spread by.</param>
/// <param name="Client">Where the datagram came from.</param>
/// <param name="Local">Where it was sent to, so that the answer leaves from there; empty when there is only one
/// address.</param>
/// <param name="IsOnward">Whether the node that passes it on had it passed on by another: then it goes no further.</param>
public readonly record struct HopHeader(
    ushort Node,
    byte Shard,
    NetworkAddress Client,
    NetworkAddress Local,
    bool IsOnward = false
);
