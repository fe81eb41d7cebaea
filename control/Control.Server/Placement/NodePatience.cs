using Control.Contract.Calls;

namespace Control.Server.Placement;

/// <summary>How long control waits for a node.</summary>
internal static class NodePatience
{
    /// <summary>For what a node does without waiting for anybody. Chosen: a hundred times what it needs under
    /// load, with a round trip around the world.</summary>
    public static readonly TimeSpan Brief = TimeSpan.FromSeconds(5);

    /// <summary>For a new session, at each node that is tried. Chosen: short, since there are others.</summary>
    public static readonly TimeSpan NewSession = TimeSpan.FromSeconds(3);

    /// <summary>For a new session, all nodes together: no further one is tried afterwards. Chosen: clients give
    /// up after ten.</summary>
    public static readonly TimeSpan NewSessionAltogether = TimeSpan.FromSeconds(8);

    /// <summary>For what is asked of all nodes at once; whoever does not answer is left out. With
    /// <see cref="OnTheWay"/> two seconds.</summary>
    public static readonly TimeSpan Everybody = TimeSpan.FromSeconds(1.5);

    /// <summary>What the node's own answer has on its way, beyond the time that it was given.</summary>
    public static readonly TimeSpan OnTheWay = TimeSpan.FromMilliseconds(500);

    // The node waits 10 s for the answer to an offer of its own before the next change of a session.
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(12);

    /// <summary>For a change of a session, which may wait for the answer to an offer, for the transport and for
    /// another session's media.</summary>
    public static TimeSpan Change(CallsNodeLimits limits) =>
        Turn + limits.ConnectWait + limits.MediaWait;
}
