namespace Anycast.Takeover.Roles;

/// <summary>What a node is to a session.</summary>
/// <remarks>
/// <code>
/// Follower -> Candidate (the owner is lost, or handed over) -> Owner (a majority voted)
/// Candidate -> Follower (another candidate or owner)         Owner -> Follower (a higher epoch, hand-over)
/// Owner -> Ending (the session is over) -> gone
/// </code>
/// </remarks>
internal enum Role : byte
{
    /// <summary>It stores what the owner writes.</summary>
    Follower,

    /// <summary>It asks for votes.</summary>
    Candidate,

    /// <summary>It sends.</summary>
    Owner,

    /// <summary>It tells the others that the session is over.</summary>
    Ending,
}
