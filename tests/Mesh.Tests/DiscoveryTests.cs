using System.Diagnostics;
using Edge.Processes;
using Mesh.Tests.Support;
using Xunit.Abstractions;

namespace Mesh.Tests;

/// <summary>A PoP whose processes find each other by nothing but a real Consul.</summary>
public sealed class DiscoveryTests(ITestOutputHelper output) : IDisposable
{
    private const string Name = "ams";

    private readonly Stage _stage = new();

    public void Dispose() => _stage.Dispose();

    [Fact]
    public async Task Consul_KnowsAllAndWhoDied_AndIsToldAgainWhenItForgot()
    {
        await using var consul = await ConsulServer.StartAsync();
        await using var pop = await Pop.StartAsync(Name, nats: null, consul, "e1", "e2", "c1");
        using var client = new StreamClient(_stage, pop.Control("c1"));
        await consul.UntilListedAsync(Name, "c1", "e1", "e2");
        var entries = await consul.ReadAsync(Name);
        Assert.Equal(
            ["c1 control passing", "e1 edge passing", "e2 edge passing"],
            entries
                .Select(entry => $"{entry.Node} {entry.Kind} {entry.Status}")
                .Order(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
        Assert.All(entries, entry => Assert.Equal(Name, entry.Pop));
        Assert.All(entries, entry => Assert.NotEmpty(entry.Version));
        Assert.Distinct(entries.Select(entry => entry.Address), StringComparer.Ordinal);
        await client.PublishAsync("cam");
        await client.PlayAsync("cam");

        pop.Edge("e2").Kill();
        await Patience.UntilAsync(
            "the check of the edge that was killed is critical",
            () => consul.ReadAsync(Name),
            all => all.Any(entry => entry is { Node: "e2", Status: "critical" })
        );

        await consul.KillAsync();
        await client.PublishAsync("other");
        await consul.RestartAsync();
        var since = Stopwatch.StartNew();
        await consul.UntilListedAsync(Name, "c1", "e1");
        output.WriteLine($"{since.Elapsed.TotalSeconds:F1} s until both were registered again.");
        await client.PlayAsync("other");
    }
}
