using Anycast.Takeover.Tests.Simulation;
using Edge.Testing;
using Xunit;

namespace Anycast.Takeover.Tests;

/// <summary>No two packets under one index, no wrong guess of a receiver, no two owners of an epoch, no write lost that
/// was held: under crashes, restarts, pauses, cuts, clock jumps, hand-overs, several at a time.</summary>
public sealed class SafetyTests
{
    [Fact]
    public void Run_AnyFaults_NothingIsSentTwice() =>
        Seeds.Check(
            random => Faults.Run(new SimulatedPop(Conditions.Draw(random), random)),
            Seeds.Rounds("TAKEOVER_SEEDS", otherwise: 2000)
        );
}
