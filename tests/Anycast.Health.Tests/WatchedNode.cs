using Anycast.Health.Peers;
using Anycast.Health.Rounds;
using Edge.Primitives;

namespace Anycast.Health.Tests;

/// <summary>A core with rounds at an interval, and a record of what it decided.</summary>
internal sealed class WatchedNode(HealthOptions options)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    public AnycastHealth Health { get; } = new(options);

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1000);

    public List<(HealthDecision Decision, Instant At)> Decisions { get; } = [];

    public HealthReason? LastReason => Decisions.Count == 0 ? null : Decisions[^1].Decision.Reason;

    /// <summary>Rounds with the same answers.</summary>
    public WatchedNode Rounds(
        int count,
        MediaAnswer media = MediaAnswer.Answered,
        ReadinessAnswer readiness = ReadinessAnswer.Ready
    )
    {
        for (var round = 0; round < count; round++)
        {
            Now += Interval;
            Health.HandleRound(media, readiness, Now);
            Record();
        }

        return this;
    }

    /// <summary>What a peer says now.</summary>
    public WatchedNode Hears(PeerReport report, string peer = "other")
    {
        Assert(Health.HandlePeer(peer, report, Now));
        return this;
    }

    /// <summary>The kernel says that the node's process is no more.</summary>
    public WatchedNode Dies()
    {
        Health.HandleDeath(Now);
        Record();
        return this;
    }

    public WatchedNode Stops()
    {
        Health.HandleStop();
        Record();
        return this;
    }

    private void Record()
    {
        while (Health.PollDecision(out var decision))
        {
            Decisions.Add((decision, Now));
        }
    }

    private static void Assert(bool isTaken) => Xunit.Assert.True(isTaken);
}
