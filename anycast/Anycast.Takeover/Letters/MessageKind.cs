namespace Anycast.Takeover.Letters;

/// <summary>What nodes say to each other of a session.</summary>
internal enum MessageKind : byte
{
    /// <summary>None; and what a later version may say, which this one skips.</summary>
    None,

    /// <summary>An owner asks a node for a seat. Number: how-manieth asking.</summary>
    Enrol,

    /// <summary>It has one: who writes. Number: of the asking.</summary>
    Seated,

    /// <summary>An owner's writes. Number: up to which. Body: the mark they go on from, and items.</summary>
    Append,

    /// <summary>They are stored. Number: up to which.</summary>
    Stored,

    /// <summary>They do not go on from what is stored: all is wanted.</summary>
    Mismatch,

    /// <summary>A candidate asks for a vote. Number: of its own state. Body: flags, marks.</summary>
    Ask,

    /// <summary>It would get one. Body: items, who votes.</summary>
    WouldVote,

    /// <summary>It gets one. Number: of the voter's state. Body: items.</summary>
    Vote,

    /// <summary>A word was refused. Epoch: the highest that was promised. Body: why.</summary>
    Refusal,

    /// <summary>The owner has sent its last and asks a voter to go on. Number: of its state. Body: items, last indices.</summary>
    HandOver,

    /// <summary>A seat is not needed any more.</summary>
    Release,

    /// <summary>Who votes, from one that misses the owner and cannot take its place. Body: items.</summary>
    View,
}
