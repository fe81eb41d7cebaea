using System.Runtime.CompilerServices;
using Edge.Testing;

namespace Edge.Protocol.Tests.Congestion.Sending;

/// <summary>The seeds a scenario runs on: some that are always the same, and some that nobody saw before.</summary>
internal static class ScenarioSeeds
{
    private const int FixedDefault = 2;
    private const int DrawnDefault = 1;

    /// <summary>Runs a scenario on each seed; a failure names it. TEST_SEED chooses the only one, TEST_ROUNDS how
    /// many are drawn.</summary>
    public static void Check(Action<ulong> scenario, [CallerMemberName] string test = "")
    {
        Seeds.Check((seed, _) => scenario(seed), FixedDefault, test);
        var isGiven = Environment.GetEnvironmentVariable(Seeds.Variable) is { Length: > 0 };
        var drawn = Seeds.Rounds("TEST_ROUNDS", DrawnDefault);
        for (var round = 0; !isGiven && round < drawn; round++)
        {
            var seed = (ulong)Random.Shared.NextInt64(1_000_000_000);
            try
            {
                scenario(seed);
            }
            catch (Exception failure)
            {
                throw new TestingException(
                    $"{test} drew seed {seed}, repeat it with {Seeds.Variable}={seed}: {failure.Message}",
                    failure
                );
            }
        }
    }
}
