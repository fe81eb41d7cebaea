namespace Edge.Hosting.Discovery;

/// <summary>Why a call of Consul's agent came to nothing.</summary>
internal enum ConsulFault
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>There is no connection with it, or the connection ended.</summary>
    Unreachable,

    /// <summary>It did not answer in time.</summary>
    TimedOut,

    /// <summary>The token, or that there is none, does not allow it (401, 403).</summary>
    Forbidden,

    /// <summary>It answered that it cannot, or knows nothing of it: no leader, an unknown check.</summary>
    Refused,

    /// <summary>It answered with what is no answer, or with too much.</summary>
    Malformed,

    /// <summary>It answered with a catalogue that lacks this process, and so may lack others.</summary>
    Incomplete,
}
