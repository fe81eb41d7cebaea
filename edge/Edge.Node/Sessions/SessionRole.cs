namespace Edge.Node.Sessions;

/// <summary>What a session does.</summary>
internal enum SessionRole : byte
{
    /// <summary>Sends us the tracks of a stream.</summary>
    Publisher,

    /// <summary>Is sent the tracks of a stream.</summary>
    Player,

    /// <summary>Does both, as the session and track API says: its tracks come and go.</summary>
    Caller,
}
