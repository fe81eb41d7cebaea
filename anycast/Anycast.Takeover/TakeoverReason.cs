namespace Anycast.Takeover;

/// <summary>Why a session is not this node's any more.</summary>
public enum TakeoverReason : byte
{
    /// <summary>It is: it was taken over from another node.</summary>
    None,

    /// <summary>Another node owns it, or may: not a word to the client.</summary>
    Superseded,

    /// <summary>It was handed over.</summary>
    HandedOver,

    /// <summary>What was reserved has been sent, and two of three cannot be had. It may be taken over, here or elsewhere,
    /// once they can.</summary>
    NoMajority,
}
