namespace Edge.Node.HandOver.Deciding;

/// <summary>How long things may take when a node departs.</summary>
internal static class DepartureLimits
{
    /// <summary>Groups on their way at a time. Chosen: both ends are busy, and nobody waits behind many.</summary>
    public const int GroupsAtOnce = 2;

    /// <summary>How long a node that is asked has. Chosen: a hundred round trips of a LAN.</summary>
    public static readonly TimeSpan AskWithin = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a process of this machine may take to be reached that TCP connections are given to. Chosen: one that is well
    /// takes at once.</summary>
    public static readonly TimeSpan ReachWithin = TimeSpan.FromSeconds(1);

    /// <summary>How long giving the TCP connections of a group may take, before its letter goes. Chosen: less than their clients
    /// bear.</summary>
    public static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(2);

    /// <summary>What connections and letter of a group may take together. With less time left its clients dial again.</summary>
    public static TimeSpan WithConnectionsWithin => ReachWithin + ConnectWithin + GiveWithin;

    /// <summary>How long a group has to be taken. Chosen: what clients bear without noticing is shorter, what they survive
    /// longer.</summary>
    public static readonly TimeSpan GiveWithin = TimeSpan.FromSeconds(3);

    /// <summary>Between two rounds. Chosen: a round trip to a client, which is what most wait for.</summary>
    public static readonly TimeSpan RoundInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>How long to go on when nothing goes. Chosen: longer than handshakes take that are under way.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
}
