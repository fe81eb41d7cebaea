namespace Edge.Node.HandOver.Deciding;

/// <summary>What is done for sessions that were written, when it is known what becomes of them.</summary>
internal enum EndingStep : byte
{
    /// <summary>What comes for them from now on is passed on to who has them.</summary>
    NoteMoved,

    /// <summary>They are forgotten here: another node has them, or this one anew.</summary>
    Forget,

    /// <summary>They end.</summary>
    Lose,

    /// <summary>Their shards pass on what was held for them, or drop it, and let them go.</summary>
    Depart,

    /// <summary>Nothing is left to be done.</summary>
    Over,
}
