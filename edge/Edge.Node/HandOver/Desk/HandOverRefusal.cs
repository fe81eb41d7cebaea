namespace Edge.Node.HandOver.Desk;

/// <summary>Why a node does not take a group of sessions. Nothing of the group lives there.</summary>
/// <remarks>The numbers go over the wire.</remarks>
internal enum HandOverRefusal : byte
{
    /// <summary>It takes no sessions now.</summary>
    NotReady = 1,

    /// <summary>It has no room for so many.</summary>
    Full = 2,

    /// <summary>The group cannot be read, or is of a version that it does not know.</summary>
    Unreadable = 3,

    /// <summary>It has one of the sessions already.</summary>
    Known = 4,

    /// <summary>It takes as many groups at once as it can: it may be asked again.</summary>
    Busy = 5,

    /// <summary>It gave the ticket too long ago, or for fewer groups: it may be asked for another.</summary>
    NoTicket = 6,

    /// <summary>It could not take all of it in time.</summary>
    Late = 7,

    /// <summary>The group never left: there is nobody, no connection, or it is too long. Not said over the wire.</summary>
    NotSent = 8,

    /// <summary>A reason that a later version has.</summary>
    Other = 9,
}
