using Anycast.Takeover.Roles;

namespace Anycast.Takeover.Tests.Simulation;

/// <summary>Draws faults and does them.</summary>
internal static class Faults
{
    private const int Kinds = 17;

    private static readonly Action<SimulatedPop>[] _plots =
    [
        StrikeInTheMiddle,
        StrikeInTheMiddle,
        Plots.HeirIsAway,
        Plots.ChangeIsMissed,
        Plots.VotersKnowLittle,
        Plots.VotersChangeWhileAllStandStill,
        Plots.OwnersAreAwayInTurn,
        Plots.VoterMissesAWrite,
    ];

    /// <summary>A run: sessions, faults at random, several at a time, then calm.</summary>
    public static void Run(SimulatedPop pop)
    {
        try
        {
            RunThrough(pop);
        }
        catch (SafetyException failure)
        {
            throw new SafetyException(
                $"{failure.Message} At {pop.Now}, of {pop.Conditions}, after:\n{string.Join('\n', pop.History)}"
            );
        }
    }

    private static void RunThrough(SimulatedPop pop)
    {
        pop.RunFor(TimeSpan.FromMilliseconds(300));
        for (var session = 0; session < pop.Conditions.Sessions; session++)
        {
            pop.Create(pop.Nodes[pop.Random.NextInt32(pop.Conditions.Nodes)]);
        }

        if (pop.Random.NextInt32(2) == 0)
        {
            StrikeAtRandom(pop);
        }
        else
        {
            pop.RunFor(TimeSpan.FromMilliseconds(600));
            _plots[pop.Random.NextInt32(_plots.Length)](pop);
        }

        Aftermath.Check(pop);
    }

    /// <summary>Faults of all kinds, now one upon the other, now with time to heal.</summary>
    private static void StrikeAtRandom(SimulatedPop pop)
    {
        pop.RunFor(TimeSpan.FromMilliseconds(pop.Random.NextInt32(600)));
        var faults = 2 + pop.Random.NextInt32(10);
        for (var fault = 0; fault < faults; fault++)
        {
            if (pop.Random.NextInt32(2) == 0)
            {
                Await(pop);
            }

            Strike(pop);
            pop.RunFor(
                TimeSpan.FromMilliseconds(
                    pop.Random.NextInt32(pop.Random.NextInt32(2) == 0 ? 30 : 900)
                )
            );
        }
    }

    /// <summary>Something begins, and at any message of it the LAN falls apart; later it heals, or falls apart otherwise.</summary>
    private static void StrikeInTheMiddle(SimulatedPop pop)
    {
        var random = pop.Random;
        var client = pop.Clients.First();
        for (var round = 0; round < 2; round++)
        {
            if (pop.OwnerOf(client) is { } owner && random.NextInt32(2) == 0)
            {
                // One that matters hears nothing of what begins.
                pop.Cut(owner, Choose(pop, client));
            }

            switch (random.NextInt32(4))
            {
                case 0:
                    Kill(pop, pop.OwnerOf(client) ?? Any(pop));
                    break;
                case 1:
                    HandOver(pop, client);
                    break;
                default:
                    SwapVoter(pop, client);
                    break;
            }

            pop.OwnerOf(client)?.Write(client, pop.Now);
            var exchange = TimeSpan.FromMilliseconds(1.5) + (pop.Conditions.LanJitter * 3);
            pop.RunFor(exchange * random.NextDouble());
            Split(pop);
            pop.RunFor(TimeSpan.FromMilliseconds(300 + random.NextInt32(600)));
            pop.OwnerOf(client)?.Write(client, pop.Now);
            pop.RunFor(TimeSpan.FromMilliseconds(random.NextInt32(100)));
            pop.Heal();
            if (random.NextInt32(3) > 0)
            {
                Isolate(pop, pop.OwnerOf(client) ?? Any(pop));
            }

            pop.RunFor(TimeSpan.FromMilliseconds(random.NextInt32(900)));
            pop.Heal();
        }
    }

    private static void Strike(SimulatedPop pop)
    {
        var random = pop.Random;
        var client = pop.Clients.ElementAt(random.NextInt32(pop.Clients.Count));
        var node = Choose(pop, client);
        switch (random.NextInt32(Kinds))
        {
            case 0:
            case 1:
                Kill(pop, node);
                break;
            case 2:
                foreach (var down in pop.Nodes.Where(down => !down.IsUp))
                {
                    pop.Start(down);
                }

                break;
            case 3:
                Kill(pop, node);
                pop.Start(node);
                break;
            case 4:
            case 5:
                pop.Note($"{node} is paused");
                node.Pause(pop.Now + TimeSpan.FromMilliseconds(random.NextInt32(2000)));
                break;
            case 6:
                Isolate(pop, node);
                break;
            case 7:
                var other = Any(pop);
                pop.Note($"{node} is not heard by {other}");
                pop.Cut(node, other);
                break;
            case 8:
                Split(pop);
                break;
            case 9:
                pop.Heal();
                break;
            case 10:
                // One heals in the moment in which the other comes.
                pop.Heal();
                Isolate(pop, pop.OwnerOf(client) ?? node);
                break;
            case 11:
                pop.Note($"{node}'s clock jumps");
                node.JumpClock(TimeSpan.FromMilliseconds(random.NextInt32(20_000) - 5000));
                break;
            case 12:
                client.AwayUntil = pop.Now + TimeSpan.FromMilliseconds(random.NextInt32(3000));
                break;
            case 13:
                HandOver(pop, client);
                break;
            case 14:
                SwapVoter(pop, client);
                break;
            case 15:
                End(pop, client);
                break;
            default:
                pop.OwnerOf(client)?.Write(client, pop.Now);
                break;
        }
    }

    /// <summary>Seldom: what follows is about what is late for a session that is over.</summary>
    private static void End(SimulatedPop pop, SimulatedClient client)
    {
        if (pop.Random.NextInt32(4) == 0 && pop.OwnerOf(client) is { } owner)
        {
            pop.Note($"{owner} ends {client.Session.Value}");
            client.IsEnded = true;
            owner.Core.End(client.Session, owner.Clock(pop.Now));
            pop.Flush(owner);
        }
    }

    /// <summary>Half of the faults wait for a moment in which something is under way.</summary>
    private static void Await(SimulatedPop pop)
    {
        var step = TimeSpan.FromMilliseconds(0.1 + (pop.Random.NextInt32(3) * 3));
        for (var turn = 0; turn < 60 && !pop.Nodes.Exists(IsBusy); turn++)
        {
            pop.RunFor(step);
        }
    }

    private static bool IsBusy(SimulatedNode node) =>
        node.IsUp
        && node.Core.Replicas.Values.Any(replica =>
            replica.Role == Role.Candidate
            || replica.HandedOver is not null
            || (
                replica.Ownership is { } ownership
                && (
                    replica.State.Members!.IsJoint
                    || ownership.Leaving.Count > 0
                    || ownership.Voters.Exists(voter => voter.Stored < ownership.Stored)
                )
            )
        );

    /// <summary>Who matters to a session, more often than others.</summary>
    private static SimulatedNode Choose(SimulatedPop pop, SimulatedClient client) =>
        pop.Random.NextInt32(4) switch
        {
            0 => Any(pop),
            1 => pop.Nodes.Find(IsBusy) ?? Any(pop),
            2 => pop.Nodes.FirstOrDefault(node =>
                node.IsUp
                && node.Core.Replicas.TryGetValue(client.Session, out var replica)
                && replica.Role != Role.Owner
            ) ?? Any(pop),
            _ => pop.OwnerOf(client) ?? Any(pop),
        };

    private static void Kill(SimulatedPop pop, SimulatedNode node)
    {
        if (node.IsUp)
        {
            pop.Kill(node);
        }
    }

    /// <summary>Two halves that hear nothing of each other.</summary>
    private static void Split(SimulatedPop pop)
    {
        var halves = pop.Random.NextInt32(1 << pop.Nodes.Count);
        pop.Note($"the LAN is split {halves:b}");
        for (var left = 0; left < pop.Nodes.Count; left++)
        {
            for (var right = 0; right < pop.Nodes.Count; right++)
            {
                if (((halves >> left) & 1) != ((halves >> right) & 1))
                {
                    pop.Cut(pop.Nodes[left], pop.Nodes[right]);
                }
            }
        }
    }

    /// <summary>Has the owner replace a voter that is well.</summary>
    private static void SwapVoter(SimulatedPop pop, SimulatedClient client)
    {
        if (pop.OwnerOf(client) is not { } owner)
        {
            return;
        }

        var node = Any(pop);
        pop.Note($"{owner} thinks that {node} leaves");
        owner.HearLeaving(node, pop.Now);
        pop.Flush(owner);
    }

    private static SimulatedNode Any(SimulatedPop pop) =>
        pop.Nodes[pop.Random.NextInt32(pop.Nodes.Count)];

    /// <summary>Cuts a node off: from all, or only what it says, or only what it hears.</summary>
    public static void Isolate(SimulatedPop pop, SimulatedNode node)
    {
        var ways = pop.Random.NextInt32(3);
        pop.Note($"{node} is cut off, way {ways}");
        Cut(pop, node, isSilent: ways != 1, isDeaf: ways != 2);
    }

    /// <summary>Cuts a node off: nobody hears it, or it hears nobody, or both.</summary>
    public static void Cut(SimulatedPop pop, SimulatedNode node, bool isSilent, bool isDeaf)
    {
        foreach (var other in pop.Nodes)
        {
            if (isSilent)
            {
                pop.Cut(node, other);
            }

            if (isDeaf)
            {
                pop.Cut(other, node);
            }
        }
    }

    public static void HandOver(SimulatedPop pop, SimulatedClient client)
    {
        if (pop.OwnerOf(client) is { } owner)
        {
            pop.Note($"{owner} should hand over");
            owner.Core.HandOver(
                client.Session,
                (ushort)(1 + pop.Random.NextInt32(pop.Conditions.Nodes)),
                owner.Clock(pop.Now)
            );
            pop.Flush(owner);
        }
    }
}
