namespace Edge.Node.HandOver.Deciding;

/// <summary>What is done for sessions that are written for another node, in this order.</summary>
internal enum WritingStep : byte
{
    /// <summary>Nobody else may change them from now on. Who is just being changed stays.</summary>
    Enter,

    /// <summary>What requests and others have to do with them comes to an end.</summary>
    Prepare,

    /// <summary>All are held before the first is written: what a publisher sent has then been seen by all or by none.</summary>
    Hold,

    /// <summary>Their data channels settle.</summary>
    Settle,

    /// <summary>What one has settled may have given another something: only who settles twice has nothing on its way.</summary>
    SettleAgain,

    /// <summary>What requests change of those that have settled is written.</summary>
    Describe,

    /// <summary>Those that are ready are written by their shards: they do nothing here from then on.</summary>
    Capture,

    /// <summary>Who is written and who stays have nothing to do with each other any more.</summary>
    Part,

    /// <summary>Those that could not be written go on here.</summary>
    GoOn,

    /// <summary>Nothing leaves of the tracks of those that are written.</summary>
    Release,

    /// <summary>What there is to give is written.</summary>
    Over,
}
