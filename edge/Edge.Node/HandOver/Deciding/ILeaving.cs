namespace Edge.Node.HandOver.Deciding;

/// <summary>What has to be known of a session that is to be written for another node, to decide about its group.</summary>
internal interface ILeaving
{
    /// <summary>Whether nothing else may change it meanwhile.</summary>
    bool IsEntered { get; }

    /// <summary>Whether nothing is on its way between its data channels and others.</summary>
    bool IsSettled { get; }

    /// <summary>Whether nothing is in the way of writing it.</summary>
    bool IsReady { get; }

    /// <summary>Whether all of it is written: it does nothing here any more.</summary>
    bool IsWritten { get; }
}
