using Anycast.Takeover.Roles;

namespace Anycast.Takeover.Tests.Simulation;

/// <summary>Runs of faults that have to come in one order to do harm, which chance alone seldom brings.</summary>
internal static class Plots
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(0.1);

    /// <summary>The session is handed over, its heir is cut off, the others go on; then the heir is back, and the new owner
    /// is not.</summary>
    public static void HeirIsAway(SimulatedPop pop)
    {
        var client = pop.Clients.First();
        Faults.HandOver(pop, client);
        RunUntil(
            pop,
            () => pop.Nodes.Exists(node => ReplicaOf(node, client) is { HandedOver: not null })
        );
        if (
            pop.Nodes.Find(node => ReplicaOf(node, client) is { HandedOver: not null })
            is not { } heir
        )
        {
            return;
        }

        Faults.Isolate(pop, heir);
        pop.RunFor(Between(pop, 600, 1300));
        pop.Heal();
        if (pop.OwnerOf(client) is { } owner)
        {
            Faults.Isolate(pop, owner);
        }

        pop.RunFor(Between(pop, 400, 1000));
    }

    /// <summary>One voter is replaced, of which another may hear nothing; then these two are alone.</summary>
    public static void ChangeIsMissed(SimulatedPop pop)
    {
        var client = pop.Clients.First();
        if (TwoVotersOf(pop, client) is not var (owner, one, two))
        {
            return;
        }

        if (pop.Random.NextInt32(2) == 0)
        {
            pop.Cut(owner, one);
        }

        owner.HearLeaving(two, pop.Now);
        RunUntil(pop, () => ReplicaOf(owner, client)?.State.Members is { IsJoint: true });
        pop.RunFor(
            (Moment * pop.Random.NextInt32(12))
                + (pop.Conditions.LanJitter * pop.Random.NextDouble())
        );
        foreach (var other in pop.Nodes.Where(other => other != one && other != two))
        {
            foreach (var alone in new[] { one, two })
            {
                pop.Cut(other, alone);
                pop.Cut(alone, other);
            }
        }

        pop.RunFor(Between(pop, 600, 1400));
    }

    /// <summary>One voter lags, the other restarts, and the owner is cut off.</summary>
    public static void VotersKnowLittle(SimulatedPop pop)
    {
        var client = pop.Clients.First();
        if (TwoVotersOf(pop, client) is not var (owner, one, two))
        {
            return;
        }

        pop.Cut(owner, one);
        pop.RunFor(Between(pop, 100, 380));
        pop.Kill(two);
        pop.Start(two);
        pop.RunFor(Between(pop, 0, 20));
        Faults.Isolate(pop, owner);
        pop.RunFor(Between(pop, 400, 1200));
    }

    /// <summary>One voter after the other is replaced, so that the first three and the last have only the owner in common, while
    /// everybody stands still at some time; then the owner is missed.</summary>
    public static void VotersChangeWhileAllStandStill(SimulatedPop pop)
    {
        var client = pop.Clients.First();
        for (var change = 0; change < 3; change++)
        {
            if (pop.OwnerOf(client) is { } owner && VotersOf(pop, owner, client) is [var one, ..])
            {
                owner.HearLeaving(one, pop.Now);
            }

            pop.RunFor((Moment * pop.Random.NextInt32(15)) + pop.Conditions.LanJitter);
            foreach (var node in pop.Nodes)
            {
                if (pop.Random.NextInt32(2) == 0)
                {
                    pop.Note($"{node} is paused");
                    node.Pause(pop.Now + Between(pop, 1, pop.Random.NextInt32(2) == 0 ? 20 : 900));
                }
            }

            pop.RunFor(Between(pop, 0, 500));
        }

        if (pop.OwnerOf(client) is { } last)
        {
            Faults.Isolate(pop, last);
        }

        pop.RunFor(Between(pop, 400, 1200));
    }

    /// <summary>The owner is cut off, another one goes on; then the first is back, and the other is not.</summary>
    public static void OwnersAreAwayInTurn(SimulatedPop pop)
    {
        var client = pop.Clients.First();
        for (var turn = 0; turn < 3; turn++)
        {
            var owners = pop.Nodes.Where(node => node.Owns(client.Session)).ToList();
            pop.Heal();
            if (owners.Count > 0)
            {
                Faults.Isolate(pop, owners[^1]);
            }

            pop.RunFor(Between(pop, 300, 900));
        }
    }

    /// <summary>One voter misses what is written; the owner dies, and the next one.</summary>
    public static void VoterMissesAWrite(SimulatedPop pop)
    {
        var client = pop.Clients.First();
        if (
            pop.OwnerOf(client) is not { } owner
            || VotersOf(pop, owner, client) is not { Count: > 0 } voters
        )
        {
            return;
        }

        pop.Cut(owner, voters[pop.Random.NextInt32(voters.Count)]);
        owner.Write(client, pop.Now);
        pop.RunFor(Between(pop, 20, 200));
        pop.Kill(owner);
        pop.RunFor(Between(pop, 400, 1100));
        if (pop.OwnerOf(client) is { } next)
        {
            pop.Kill(next);
        }

        pop.RunFor(Between(pop, 400, 800));
    }

    private static TimeSpan Between(SimulatedPop pop, int least, int most) =>
        TimeSpan.FromMilliseconds(least + pop.Random.NextInt32(most - least));

    private static Replica? ReplicaOf(SimulatedNode node, SimulatedClient client) =>
        node.IsUp ? node.Core.Replicas.GetValueOrDefault(client.Session) : null;

    /// <summary>A session's owner and two of its voters, in either order; null where there are no two.</summary>
    private static (SimulatedNode Owner, SimulatedNode One, SimulatedNode Two)? TwoVotersOf(
        SimulatedPop pop,
        SimulatedClient client
    )
    {
        if (
            pop.OwnerOf(client) is not { } owner
            || VotersOf(pop, owner, client) is not [var one, var two, ..]
        )
        {
            return null;
        }

        return pop.Random.NextInt32(2) == 0 ? (owner, one, two) : (owner, two, one);
    }

    private static List<SimulatedNode> VotersOf(
        SimulatedPop pop,
        SimulatedNode owner,
        SimulatedClient client
    ) =>
        [
            .. ReplicaOf(owner, client)!
                .Ownership!.Voters.Select(voter => pop.Node(voter.Voter.Id.Node))
                .Where(voter => voter.IsUp),
        ];

    private static void RunUntil(SimulatedPop pop, Func<bool> isSo)
    {
        for (var turn = 0; turn < 200 && !isSo(); turn++)
        {
            pop.RunFor(Moment);
        }
    }
}
