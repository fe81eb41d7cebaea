using System.Globalization;
using Anycast.Takeover.Tests.Simulation;
using Edge.Primitives;
using Edge.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Anycast.Takeover.Tests;

/// <summary>Every session goes on after any one fault, and what each costs its client: the failure matrix of NOTES.md.</summary>
public sealed class LivenessTests(ITestOutputHelper output)
{
    /// <summary>Chosen: some fifty sessions of each fault in less than a second.</summary>
    private const int Runs = 6;

    private static readonly TimeSpan GoneFor = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData(SingleFault.ProcessDies, 150)]
    [InlineData(SingleFault.MachineDies, 700)]
    [InlineData(SingleFault.OwnerHangsBriefly, 300)]
    [InlineData(SingleFault.OwnerHangs, 700)]
    [InlineData(SingleFault.OwnerIsCutOff, 700)]
    [InlineData(SingleFault.OwnerIsNotHeard, 700)]
    [InlineData(SingleFault.OwnerHearsNothing, 100)]
    [InlineData(SingleFault.OwnerHearsNothingForLong, 2500)]
    [InlineData(SingleFault.OwnersClockJumpsAhead, 100)]
    [InlineData(SingleFault.OwnersClockJumpsBack, 100)]
    [InlineData(SingleFault.SuccessorDies, 100)]
    [InlineData(SingleFault.SuccessorRestarts, 100)]
    [InlineData(SingleFault.SuccessorHangs, 100)]
    [InlineData(SingleFault.SuccessorIsCutOff, 100)]
    [InlineData(SingleFault.SuccessorIsNotHeard, 100)]
    [InlineData(SingleFault.SuccessorHearsNothing, 100)]
    [InlineData(SingleFault.LanIsDead, 500)]
    [InlineData(SingleFault.HandOver, 100)]
    public void Session_OneFault_GoesOn(SingleFault fault, int gapMaxMs)
    {
        foreach (
            var (name, nodes, hasWitness) in new[]
            {
                ("3 nodes", 3, false),
                ("2 and a witness", 2, true),
                ("5 nodes", 5, false),
            }
        )
        {
            var gaps = new List<TimeSpan>();
            Seeds.Check(
                random => gaps.AddRange(Strike(fault, nodes, hasWitness, random)),
                Runs,
                fault.ToString()
            );
            gaps.Sort();
            output.WriteLine(
                $"{fault}, {name}: gap {Ms(gaps[gaps.Count / 2])} median, {Ms(gaps[^1])} most of {gaps.Count}"
            );
            Assert.InRange(gaps[^1].TotalMilliseconds, 0, gapMaxMs);
        }
    }

    [Fact]
    public void WitnessOfTwoNodes_Dies_NothingHappens_AndTheNextFaultIsSurvivedWhenItIsBack()
    {
        Seeds.Check(
            random =>
            {
                var pop = Settled(2, hasWitness: true, random);
                var witness = pop.Node(SimulatedPop.Witness);
                pop.Kill(witness);
                pop.RunFor(TimeSpan.FromSeconds(2));
                Expect(pop, gapMaxMs: 100);
                pop.Start(witness);
                pop.RunFor(TimeSpan.FromSeconds(2));
                pop.Kill(pop.Nodes[0]);
                pop.RunFor(TimeSpan.FromSeconds(2));
                Expect(pop, gapMaxMs: 700);
            },
            Runs
        );
    }

    [Fact]
    public void Owner_Dies_TheNextOneFindsAnotherVoter()
    {
        Seeds.Check(
            random =>
            {
                var pop = Settled(4, hasWitness: false, random);
                pop.Kill(pop.Nodes[0]);
                pop.RunFor(TimeSpan.FromMilliseconds(600));
                foreach (var client in pop.Clients)
                {
                    Assert.True(pop.OwnerOf(client)!.Core.IsProtected(client.Session));
                }
            },
            Runs
        );
    }

    [Fact]
    public void Nodes_RestartOneAfterTheOther_NoSessionIsLost()
    {
        Seeds.Check(
            random =>
            {
                var pop = Settled(3, hasWitness: false, random);
                for (var round = 0; round < 2; round++)
                {
                    foreach (var node in pop.Nodes)
                    {
                        pop.Kill(node);
                        pop.RunFor(TimeSpan.FromMilliseconds(500));
                        pop.Start(node);
                        pop.RunFor(TimeSpan.FromSeconds(1));
                    }
                }

                Expect(pop, gapMaxMs: 700);
            },
            Runs
        );
    }

    /// <summary>The owner dies, and the one that takes over too, before the client has got a packet of it, and again.</summary>
    [Fact]
    public void Owners_DieOneAfterTheOther_WithNothingReceivedBetween_TheReceiverStillGuessesRight()
    {
        Seeds.Check(
            random =>
            {
                var pop = Settled(5, hasWitness: false, random);
                foreach (var client in pop.Clients)
                {
                    client.AwayUntil = pop.Now + TimeSpan.FromSeconds(4);
                }

                for (var death = 0; death < 3; death++)
                {
                    var owner = pop.OwnerOf(pop.Clients.First());
                    Assert.True(owner is not null, string.Join('\n', pop.History));
                    pop.Kill(owner);
                    pop.RunFor(TimeSpan.FromSeconds(1));
                }

                pop.RunFor(TimeSpan.FromSeconds(3));
                Expect(pop, gapMaxMs: 6000);
            },
            Runs
        );
    }

    private static List<TimeSpan> Strike(SingleFault fault, int nodes, bool hasWitness, Prng random)
    {
        var pop = Settled(nodes, hasWitness, random, fault != SingleFault.MachineDies);
        var client = pop.Clients.First();
        var owner = pop.OwnerOf(client)!;
        SingleFaults.Do(pop, client, fault);
        pop.RunFor(GoneFor);
        pop.Heal();
        pop.RunFor(TimeSpan.FromSeconds(2));
        Expect(pop, gapMaxMs: 5000);
        var gaps = new List<TimeSpan>();
        foreach (var other in pop.Clients)
        {
            if (
                fault.ToString().StartsWith("Successor", StringComparison.Ordinal)
                || owner == pop.Nodes[0]
            )
            {
                gaps.Add(other.GapMax);
            }
        }

        return gaps;
    }

    private static SimulatedPop Settled(
        int nodes,
        bool hasWitness,
        Prng random,
        bool isDeathTold = true
    )
    {
        var conditions = new Conditions
        {
            Nodes = nodes,
            HasWitness = hasWitness,
            Sessions = 8,
            Reach = 1024,
            IsDeathTold = isDeathTold,
        };
        var pop = new SimulatedPop(conditions, random);
        pop.RunFor(TimeSpan.FromMilliseconds(300));
        for (var session = 0; session < conditions.Sessions; session++)
        {
            pop.Create(pop.Nodes[0]);
        }

        pop.RunFor(TimeSpan.FromSeconds(1));
        foreach (var client in pop.Clients)
        {
            Assert.True(pop.Nodes[0].Core.IsProtected(client.Session));
            client.ForgetGaps();
        }

        return pop;
    }

    private static void Expect(SimulatedPop pop, int gapMaxMs)
    {
        foreach (var client in pop.Clients)
        {
            Assert.True(
                pop.Nodes.Count(node => node.Owns(client.Session)) == 1,
                string.Join('\n', pop.History)
            );
            var silence = pop.Now - client.LastAt;
            Assert.True(silence < TimeSpan.FromMilliseconds(150), $"Nothing came for {silence}.");
            Assert.InRange(client.GapMax.TotalMilliseconds, 0, gapMaxMs);
        }
    }

    private static string Ms(TimeSpan gap) =>
        gap.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + " ms";
}
