namespace Anycast.Steering;

/// <summary>Why a datagram is treated as it is.</summary>
public enum SteeringReason : byte
{
    /// <summary>The owner code names another node of this PoP, which is there.</summary>
    CodeOfPeer,

    /// <summary>Another node of this PoP said that it has taken the session over.</summary>
    AdoptedByPeer,

    /// <summary>The owner of the flow said so.</summary>
    FlowOfPeer,

    /// <summary>The owner code is this node's.</summary>
    OwnCode,

    /// <summary>Not an owner code, or one made without the key.</summary>
    NoCode,

    /// <summary>The owner code is of another PoP, as far as can be told without its key.</summary>
    CodeOfOtherPop,

    /// <summary>The owner of the flow, in another PoP, said so.</summary>
    FlowOfOtherPop,

    /// <summary>The owner code is of another PoP, and too many such checks came.</summary>
    TooManyOfOtherPops,

    /// <summary>The owner is not among the nodes of the PoP.</summary>
    OwnerGone,

    /// <summary>Nobody said that the flow is its own.</summary>
    UnknownFlow,
}
