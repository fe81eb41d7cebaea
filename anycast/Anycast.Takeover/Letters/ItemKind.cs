namespace Anycast.Takeover.Letters;

/// <summary>What a message may carry.</summary>
internal enum ItemKind : byte
{
    /// <summary>None; and what a later version may carry, which this one skips.</summary>
    None,

    /// <summary>Who votes.</summary>
    Members,

    /// <summary>A stream's reservation.</summary>
    Bound,

    /// <summary>A part of the session.</summary>
    Section,

    /// <summary>The last index that an owner sent of a stream.</summary>
    Last,

    /// <summary>The mark of the state that the message is of.</summary>
    Mark,

    /// <summary>The parts of the session follow, all of them.</summary>
    Whole,
}
