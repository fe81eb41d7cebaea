namespace Control.Server.Placement;

/// <summary>Why a node gave no answer.</summary>
internal enum NodeFailureKind
{
    /// <summary>Nobody takes requests under its name, or no bus leads to it: nothing was done.</summary>
    Absent,

    /// <summary>The request could not be sent: nothing was done.</summary>
    Unsent,

    /// <summary>The node does as many requests as it can: nothing was done.</summary>
    Busy,

    /// <summary>No answer came in time; what came of the request is not known.</summary>
    Late,

    /// <summary>The node failed, or the answer cannot be read; what came of the request is not known.</summary>
    Broken,

    /// <summary>The request, or its answer, is longer than a message may be.</summary>
    TooLong,
}
