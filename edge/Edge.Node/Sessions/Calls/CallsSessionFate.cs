namespace Edge.Node.Sessions.Calls;

/// <summary>Whether a session lives here.</summary>
internal enum CallsSessionFate
{
    /// <summary>It lives here.</summary>
    Lives,

    /// <summary>It has ended.</summary>
    Ended,

    /// <summary>It goes on at another node.</summary>
    Moved,
}
