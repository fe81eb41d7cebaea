using Edge.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Edge.Mesh.Tests.Simulation.Scenarios;

/// <summary>Everything that can go wrong between nodes, in every order that seeds think of.</summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    /// <summary>The environment variable that says how many seeds.</summary>
    private const string RoundsVariable = "TEST_ROUNDS";

    private const int RoundsDefault = 200;

    /// <summary>Lines of the log that are written of a seed that failed.</summary>
    private const int LogLinesMax = 300;

    /// <summary>A viewer lacks pictures only while its publisher is gone or its PoP cut off, and has them again in
    /// time without asking.</summary>
    [Fact]
    public void Run_WhateverHappens_ViewersGoOnByThemselves()
    {
        var recoveries = new List<double>();
        var steps = 0L;
        var rounds = Rounds();
        Seeds.Check(
            (seed, _) =>
            {
                var run = new ChaosRun(seed);
                try
                {
                    run.Run();
                }
                catch (Exception)
                {
                    Explain(seed);
                    throw;
                }

                recoveries.AddRange(run.Rules.RecoveriesMs);
                steps += run.World.Steps;
            },
            rounds
        );
        var measured = new Percentiles(recoveries);
        output.WriteLine(
            $"Chaos: {rounds} seeds, {steps} steps, {measured.Count} times that an obstacle went: pictures after {measured.Median:0} ms (median), {measured.P99:0} ms (p99), {measured.Longest:0} ms (longest)."
        );
    }

    /// <summary>Runs a seed that failed once more, and writes down all that happens in it, up to its end.</summary>
    private void Explain(ulong seed)
    {
        var run = new ChaosRun(seed);
        run.World.Log = [];
        _ = Assert.ThrowsAny<Exception>(run.Run);
        output.WriteLine($"{run}");
        output.WriteLine(string.Join('\n', run.Log));
        output.WriteLine("In detail, of late:");
        output.WriteLine(string.Join('\n', run.World.Log.TakeLast(LogLinesMax)));
    }

    private static int Rounds() => Seeds.Rounds(RoundsVariable, RoundsDefault);
}
