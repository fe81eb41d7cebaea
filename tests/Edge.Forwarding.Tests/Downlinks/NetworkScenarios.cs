using Edge.Testing.Downlinks;
using Xunit;

namespace Edge.Forwarding.Tests.Downlinks;

/// <summary>What viewers are promised on named networks: the bounds of <see cref="NetworkFigures"/>.</summary>
/// <remarks>On a fixed seed and twenty that are chosen when it runs; each failure names its seed.
/// <c>./bench.sh networks</c> prints the figures themselves.</remarks>
public sealed class NetworkScenarios
{
    private const int FreshSeeds = 20;
    private static readonly TimeSpan Third = TimeSpan.FromSeconds(24);

    [Theory]
    [InlineData("wifi")]
    [InlineData("lossy 5 %")]
    [InlineData("cellular 300 ms")]
    [InlineData("step 2.5-0.6-2.5")]
    [InlineData("bursts of others")]
    public void Measure_NamedNetwork_WithinItsBounds(string name)
    {
        var network = NamedNetwork.All.Single(each =>
            string.Equals(each.Name, name, StringComparison.Ordinal)
        );
        ulong[] seeds =
        [
            1,
            .. Enumerable
                .Range(0, FreshSeeds)
                .Select(_ => (ulong)System.Random.Shared.Next(2, int.MaxValue)),
        ];
        var problems = seeds
            .AsParallel()
            .SelectMany(seed =>
                Problems(network, NetworkFigures.Measure(network, seed, Third))
                    .Select(problem => $"seed {seed}: {problem}")
            )
            .ToArray();

        Assert.True(problems.Length == 0, string.Join('\n', problems));
    }

    private static IEnumerable<string> Problems(NamedNetwork network, NetworkFigures figures)
    {
        // What is lost of the key frame at a switch takes a round trip and what NACKs take, and where much is lost so
        // is what repairs it.
        var losses = network.Conditions.Loss < 0.01 ? 1 : 3;
        var repair = losses * (3 * network.Conditions.Delay + 2 * network.Conditions.Jitter);
        if (figures.Joined > TimeSpan.FromSeconds(2.5) + repair)
        {
            yield return $"the best layer came after {figures.Joined}";
        }

        if (figures.Left > TimeSpan.FromSeconds(1))
        {
            yield return $"a layer without room was sent for {figures.Left}";
        }

        if (figures.Back > TimeSpan.FromSeconds(10))
        {
            yield return $"the best layer came back after {figures.Back}";
        }

        if (figures.Used < 0.85)
        {
            yield return $"of the network {figures.Used:0.00} are used";
        }

        if (figures.QueueP95 > TimeSpan.FromMilliseconds(60))
        {
            yield return $"the queue is {figures.QueueP95}";
        }

        if (figures.SwitchesPerMinute > 2)
        {
            yield return $"{figures.SwitchesPerMinute:0.0} switches a minute";
        }

        if (figures.GapAtSwitch > TimeSpan.FromMilliseconds(200) + repair)
        {
            yield return $"a switch froze the picture for {figures.GapAtSwitch}";
        }
    }
}
