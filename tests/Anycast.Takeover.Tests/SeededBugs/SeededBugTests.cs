using Anycast.Takeover.Tests.Simulation;
using Edge.Primitives;
using Edge.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Anycast.Takeover.Tests.SeededBugs;

/// <summary>The checker is worth something: with any one rule broken, it stops a run.</summary>
public sealed class SeededBugTests(ITestOutputHelper output)
{
    /// <summary>Runs that a bug may get through.</summary>
    private const int RunsMax = 2000;

    public static TheoryData<SeededBug> Bugs => new(Enum.GetValues<SeededBug>());

    [Theory]
    [MemberData(nameof(Bugs))]
    public void Run_WithABrokenRule_IsStopped(SeededBug bug)
    {
        var seed = Seeds.Next();
        for (var run = 0UL; run < RunsMax; run++)
        {
            if (Fails(bug, unchecked(seed + run)) is { } failure)
            {
                output.WriteLine($"{bug}: run {run}: {failure}");
                return;
            }
        }

        Assert.Fail($"{bug} went through {RunsMax} runs.");
    }

    private static string? Fails(SeededBug bug, ulong seed)
    {
        var random = Prng.FromNumber(seed);
        var conditions = Conditions.Draw(random) with
        {
            KeepsSeats = bug == SeededBug.KeepsSeatOverRestart,
        };
        try
        {
            Faults.Run(new SimulatedPop(conditions, random, new BrokenRules(bug)));
            return null;
        }
        catch (SafetyException failure)
        {
            return failure.Message;
        }
    }
}
