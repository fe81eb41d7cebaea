namespace Anycast.Steering;

/// <summary>What to do with a datagram that no session of this node is known for.</summary>
public enum SteeringAction : byte
{
    /// <summary>It is nobody's, or nobody can be told.</summary>
    Drop,

    /// <summary>It is this node's own: its session has ended.</summary>
    Local,

    /// <summary>It goes to the owner, in one hop.</summary>
    Forward,

    /// <summary>It goes to the owner, in another PoP.</summary>
    Cross,
}
