using Edge.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Edge.Mesh.Tests.Simulation.Scenarios;

/// <summary>A seed is a whole run: a failure can be had again.</summary>
public sealed class DeterminismTests(ITestOutputHelper output)
{
    [Fact]
    public void Run_SameSeedTwice_SameTrace() =>
        Seeds.Check(
            (seed, _) =>
            {
                var first = Trace(seed);
                output.WriteLine(
                    $"Determinism: seed {seed}, {first.Steps} steps, trace {first.Trace:x16}."
                );

                Assert.Equal(first, Trace(seed));
                Assert.NotEqual(first.Trace, Trace(seed + 1_000_000).Trace);
            },
            rounds: 3
        );

    private static (long Steps, ulong Trace) Trace(ulong seed)
    {
        var run = new ChaosRun(seed);
        run.Run();
        return (run.World.Steps, run.World.Trace);
    }
}
