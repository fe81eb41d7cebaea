using System.Diagnostics;
using System.Net;

namespace Edge.Bus.Lan;

/// <summary>How the connection with another process of the PoP is at one moment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where it is said to listen.</param>
/// <param name="IsConnected">Whether there is a connection and both sides' subscriptions were exchanged, so that
/// what is published now reaches it.</param>
/// <param name="Rtt">The round trip of the last heartbeat, the other side's threads included; zero before the
/// first.</param>
/// <param name="LastEnd">Why the last connection ended, or the last try to make one failed.</param>
/// <param name="Dropped">Messages for it that were dropped, of all its connections since it is a peer.</param>
public sealed record LanPeerStatus(
    string Name,
    IPEndPoint Address,
    bool IsConnected,
    TimeSpan Rtt,
    LanEnd LastEnd,
    long Dropped
)
{
    /// <summary>Whether it lives, for all that is known.</summary>
    public LanPeerState State { get; init; }

    /// <summary>When something authentic was read of it last: a moment of <see cref="Stopwatch"/>; 0: never.</summary>
    public long HeardAt { get; init; }

    /// <summary>Which life of the process was heard last: another one has another number. 0: none, or its version does not
    /// say.</summary>
    public long Life { get; init; }
}
