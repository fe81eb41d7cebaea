using Edge.Primitives;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Testing.Tests.Network;

/// <summary>The table in the presets' documentation against the values.</summary>
public sealed class LinkPresetsTests
{
    [Theory]
    [InlineData("Lan", 0)]
    [InlineData("Wifi", 0.1)]
    [InlineData("WifiLossy", 4.8)]
    [InlineData("Cellular", 0.2)]
    [InlineData("Satellite", 0.1)]
    [InlineData("Congested", 9.7)]
    public void Preset_MeanLoss_AsInTheTable(string name, double percent)
    {
        var conditions = LinkPresets
            .All.Single(preset => string.Equals(preset.Name, name, StringComparison.Ordinal))
            .Conditions;
        var loss = conditions.Loss + (conditions.Bursts?.MeanLoss ?? 0);
        Assert.Equal(percent, Math.Round(loss * 100, 1));
    }

    [Fact]
    public void Presets_All_ReachTheOtherEnd()
    {
        foreach (var (name, conditions) in LinkPresets.All)
        {
            var left = new TestEndpoint();
            var right = new TestEndpoint { Echoes = true };
            var pair = PeerPair.Create(1, _ => left, _ => right, conditions);
            pair.Simulation.Every(
                TimeSpan.FromMilliseconds(20),
                () => left.Queue(PeerPair.RightAddress, 1)
            );
            pair.Simulation.RunFor(TimeSpan.FromSeconds(10));
            Assert.True(left.Received.Count > 300, $"{name}: {left.Received.Count} of 500 echoed");
            Assert.True(conditions.Rate > Bitrate.Zero, name);
        }
    }
}
