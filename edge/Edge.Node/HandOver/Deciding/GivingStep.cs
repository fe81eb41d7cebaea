namespace Edge.Node.HandOver.Deciding;

/// <summary>What is to be done with a group that is written.</summary>
internal enum GivingStep : byte
{
    /// <summary>Its letter goes to a node.</summary>
    Send,

    /// <summary>It is made anew here.</summary>
    Return,

    /// <summary>It is known what becomes of it.</summary>
    End,
}
