using Edge.Primitives;

namespace Anycast.Takeover.Tests.Simulation;

/// <summary>Draws faults and does them.</summary>
internal static class Faults
{
    private const int Kinds = 12;

    /// <summary>A run: sessions, faults at random, several at a time, then calm.</summary>
    public static SimulatedPop Run(SimulatedPop pop)
    {
        pop.RunFor(TimeSpan.FromMilliseconds(300));
        for (var session = 0; session < pop.Conditions.Sessions; session++)
        {
            pop.Create(pop.Nodes[pop.Random.NextInt32(pop.Conditions.Nodes)]);
        }

        pop.RunFor(TimeSpan.FromMilliseconds(pop.Random.NextInt32(600)));
        var faults = 2 + pop.Random.NextInt32(10);
        for (var fault = 0; fault < faults; fault++)
        {
            Strike(pop);
            // Now one upon the other, now with time to heal.
            pop.RunFor(
                TimeSpan.FromMilliseconds(
                    pop.Random.NextInt32(pop.Random.NextInt32(2) == 0 ? 30 : 900)
                )
            );
        }

        Calm(pop);
        return pop;
    }

    private static void Calm(SimulatedPop pop)
    {
        pop.Heal();
        pop.IsRough = false;
        pop.RunFor(TimeSpan.FromMilliseconds(1500));
        foreach (var client in pop.Clients)
        {
            var owners = pop.Nodes.Count(node => node.Owns(client.Session));
            if (owners > 1 && pop.Nodes.All(node => node.PausedUntil < pop.Now))
            {
                throw new SafetyException($"{owners} nodes own one session, and nothing is wrong.");
            }
        }
    }

    private static void Strike(SimulatedPop pop)
    {
        var random = pop.Random;
        var client = pop.Clients.ElementAt(random.NextInt32(pop.Clients.Count));
        // Who matters to a session, more often than others.
        var node =
            random.NextInt32(2) == 0
                ? pop.OwnerOf(client) ?? Any(pop)
                : Any(pop);
        switch (random.NextInt32(Kinds))
        {
            case 0:
            case 1:
                if (node.IsUp)
                {
                    pop.Kill(node);
                }

                break;
            case 2:
            case 3:
                foreach (var down in pop.Nodes.Where(down => !down.IsUp))
                {
                    pop.Start(down);
                }

                break;
            case 4:
            case 5:
                node.Pause(pop.Now + TimeSpan.FromMilliseconds(random.NextInt32(2000)));
                break;
            case 6:
                Isolate(pop, node);
                break;
            case 7:
                pop.Cut(node, Any(pop));
                break;
            case 8:
                pop.Heal();
                break;
            case 9:
                node.JumpClock(TimeSpan.FromMilliseconds(random.NextInt32(20_000) - 5000));
                break;
            case 10:
                client.AwayUntil = pop.Now + TimeSpan.FromMilliseconds(random.NextInt32(3000));
                break;
            default:
                if (random.NextInt32(2) == 0)
                {
                    HandOver(pop, client);
                }

                pop.OwnerOf(client)?.Write(client, pop.Now);
                break;
        }
    }

    private static SimulatedNode Any(SimulatedPop pop) =>
        pop.Nodes[pop.Random.NextInt32(pop.Nodes.Count)];

    /// <summary>Cuts a node off: from all, or only what it says, or only what it hears.</summary>
    private static void Isolate(SimulatedPop pop, SimulatedNode node)
    {
        var ways = pop.Random.NextInt32(3);
        foreach (var other in pop.Nodes)
        {
            if (ways != 1)
            {
                pop.Cut(node, other);
            }

            if (ways != 2)
            {
                pop.Cut(other, node);
            }
        }
    }

    private static void HandOver(SimulatedPop pop, SimulatedClient client)
    {
        if (pop.OwnerOf(client) is { } owner)
        {
            owner.Core.HandOver(
                client.Session,
                (ushort)(1 + pop.Random.NextInt32(pop.Conditions.Nodes)),
                owner.Clock(pop.Now)
            );
            pop.Flush(owner);
        }
    }
}
