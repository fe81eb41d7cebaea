using Anycast.Takeover.Roles;
using Anycast.Takeover.Voting;

namespace Anycast.Takeover.Tests.Simulation;

/// <summary>What has to be so once nothing is wrong any more: one owner of each session of which enough is left.</summary>
internal static class Aftermath
{
    /// <summary>A session that a majority knows has an owner again after so long: clocks jump back by up to two seconds, and
    /// what waits for a time waits so much longer.</summary>
    private static readonly TimeSpan OwnedWithin = TimeSpan.FromSeconds(8);

    /// <summary>All links heal, and time passes.</summary>
    public static void Check(SimulatedPop pop)
    {
        pop.Heal();
        pop.IsRough = false;
        pop.RunFor(TimeSpan.FromMilliseconds(1500));
        foreach (var client in pop.Clients)
        {
            CheckOneOwner(pop, client);
        }

        foreach (var client in pop.Clients.Where(client => !client.IsEnded))
        {
            CheckAnyOwner(pop, client);
        }
    }

    private static void CheckOneOwner(SimulatedPop pop, SimulatedClient client)
    {
        var owners = pop.Nodes.Count(node =>
            node.Owns(client.Session)
            && IsMajorityLeft(
                pop,
                client,
                node.Core.Replicas[client.Session].State.Members!.Current
            )
        );
        if (owners > 1 && pop.Nodes.All(node => node.PausedUntil < pop.Now))
        {
            throw new SafetyException($"{owners} nodes own one session, and nothing is wrong.");
        }
    }

    private static void CheckAnyOwner(SimulatedPop pop, SimulatedClient client)
    {
        // Those that give up meanwhile are no excuse: they had time.
        if (!CanBeOwned(pop, client))
        {
            return;
        }

        for (var waited = TimeSpan.Zero; waited < OwnedWithin; waited += OwnedWithin / 10)
        {
            if (pop.OwnerOf(client) is not null)
            {
                return;
            }

            pop.RunFor(OwnedWithin / 10);
        }

        throw new SafetyException(
            $"Nobody owns {client.Session.Value}, though a majority is left."
        );
    }

    /// <summary>Whether those that are left could elect one of them, by the newest view that any of them has.</summary>
    private static bool CanBeOwned(SimulatedPop pop, SimulatedClient client)
    {
        var left = pop
            .Nodes.Where(node => node.IsUp && node.PausedUntil < pop.Now)
            .Select(node => node.Core.Replicas.GetValueOrDefault(client.Session))
            .OfType<Replica>()
            .Where(replica => replica.State.Members is not null)
            .ToList();
        if (left.Count == 0)
        {
            return false;
        }

        var members = left.MaxBy(replica => replica.State.MembersMark)!.State.Members!;
        return IsMajorityLeft(pop, client, members.Current)
            && (!members.IsJoint || IsMajorityLeft(pop, client, members.Next))
            && left.Exists(replica => members.Coming.HasHolder(replica.Seat));
    }

    private static bool IsMajorityLeft(SimulatedPop pop, SimulatedClient client, VoterSet voters)
    {
        var count = 0;
        for (var index = 0; index < voters.Count; index++)
        {
            var id = voters[index].Id;
            var node = pop.Node(id.Node);
            count +=
                node.IsUp
                && node.PausedUntil < pop.Now
                && node.Core.Replicas.TryGetValue(client.Session, out var replica)
                && replica.Seat == id
                    ? 1
                    : 0;
        }

        return count > voters.Count / 2;
    }
}
