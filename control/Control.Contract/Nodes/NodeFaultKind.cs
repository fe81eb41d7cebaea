namespace Control.Contract.Nodes;

/// <summary>Why a node gave no answer to a request.</summary>
public enum NodeFaultKind
{
    /// <summary>It does as many at once as it does; it has not begun with this one.</summary>
    Overloaded,

    /// <summary>It has no operation of this name, which a newer version or another kind of node may have.</summary>
    UnknownOperation,

    /// <summary>The request cannot be read.</summary>
    Unreadable,

    /// <summary>The asker's time was over before it was done; what came of it is not known.</summary>
    TimedOut,

    /// <summary>It failed by an error of ours; what came of it is not known.</summary>
    Failed,

    /// <summary>The answer is longer than a message may be.</summary>
    TooLong,
}
