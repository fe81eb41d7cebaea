using Anycast.Takeover.Tests.Simulation;
using Edge.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Anycast.Takeover.Tests;

/// <summary>No two packets under one index, no wrong guess of a receiver, no two owners of an epoch, no write lost that
/// was held: under crashes, restarts, pauses, cuts, clock jumps, hand-overs, several at a time.</summary>
public sealed class SafetyTests(ITestOutputHelper output)
{
    /// <summary>Chosen: some ten seconds of one core.</summary>
    private const int SeedsInCi = 3000;

    [Fact]
    public void Run_AnyFaults_NothingIsSentTwice()
    {
        var seeds = 0;
        var packets = 0L;
        var takeovers = 0L;
        var changes = 0L;
        Seeds.Check(
            random =>
            {
                var pop = new SimulatedPop(Conditions.Draw(random), random);
                Faults.Run(pop);
                seeds++;
                packets += pop.Checker.Packets;
                takeovers += pop.Checker.Takeovers;
                changes += pop.Nodes.Sum(node => node.Core.Stats.Changes);
            },
            Seeds.Rounds("TAKEOVER_SEEDS", SeedsInCi)
        );
        output.WriteLine(
            $"{seeds} seeds, {packets} packets, {takeovers} takeovers, {changes} changes of voters"
        );
        // Runs in which nothing happens prove nothing.
        Assert.True(takeovers >= seeds / 2, $"{takeovers} takeovers in {seeds} runs.");
    }
}
