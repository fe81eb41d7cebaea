namespace Edge.Node.HandOver.Letters;

/// <summary>What a message of a hand-over is. The numbers go over the wire.</summary>
internal enum HandOverKind : byte
{
    /// <summary>Would you take sessions?</summary>
    Ask = 1,

    /// <summary>So many; the answer to <see cref="Ask"/>.</summary>
    Offer = 2,

    /// <summary>Here they are.</summary>
    Give = 3,

    /// <summary>They are taken, or not; the answer to <see cref="Give"/>.</summary>
    Answer = 4,
}
