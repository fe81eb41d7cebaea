using Anycast.Steering;
using Control.Contract.Nodes;

namespace Control.Server.Placement;

/// <summary>Who has a session, as its id says.</summary>
internal abstract record SessionOwner
{
    private SessionOwner() { }

    /// <summary>A node.</summary>
    /// <param name="Address">Which; of another PoP unverified, so that the node decides.</param>
    public sealed record Node(NodeAddress Address) : SessionOwner;

    /// <summary>Nobody: no node has made this id.</summary>
    public sealed record Nobody : SessionOwner;

    /// <summary>Somebody, in a way that this version does not know.</summary>
    public sealed record Unknown : SessionOwner;

    /// <summary>Reads it from a session's id.</summary>
    /// <param name="sessionId">The id.</param>
    /// <param name="keys">The keys of the own PoP.</param>
    /// <param name="ownPop">The own PoP.</param>
    public static SessionOwner Read(string sessionId, PopKeyRing keys, ushort ownPop)
    {
        var status = OwnerCode.TryReadSessionId(sessionId, keys, out var code);
        return status switch
        {
            OwnerCodeStatus.Ok => new Node(new NodeAddress(code.Pop, code.Node)),
            // Of the own PoP, every key in use is in the ring.
            OwnerCodeStatus.UnknownKey when code.Pop != ownPop => new Node(
                new NodeAddress(code.Pop, code.Node)
            ),
            OwnerCodeStatus.UnknownVersion => new Unknown(),
            OwnerCodeStatus.UnknownKey or OwnerCodeStatus.NotACode or OwnerCodeStatus.BadMac or _ =>
                new Nobody(),
        };
    }
}
