using Edge.Processes;
using Edge.Protocol.Transport;
using Mesh.Tests.Support;
using Xunit.Abstractions;

namespace Mesh.Tests;

/// <summary>Edges of a PoP keep each other's sessions: one is killed, and its sessions go on at the others.</summary>
[Collection(nameof(AloneCollection))]
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Streams = 6;
    private const int Viewers = 3;
    private const int People = 6;

    private const int Kills = 5;

    private static readonly string[] Edges = ["e1", "e2", "e3"];

    /// <summary>Issue H: of all sessions, of which two thirds are at other edges.</summary>
    private static readonly TimeSpan GapMax = TimeSpan.FromSeconds(2);

    /// <summary>A check of each client, and of those whose checks were not answered one more.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(11);

    private readonly Stage _stage = new() { IsCrowded = true };

    public void Dispose() => _stage.Dispose();

    [Fact]
    public async Task Kill_EachEdgeInTurn_NoSessionIsLost()
    {
        await using var pop = await Pop.StartKeepingAsync("ams", "e1", "e2", "e3", "c1");
        using var crowd = await JoinAsync(pop);
        for (var kill = 0; kill < Kills; kill++)
        {
            var edge = Edges[kill % Edges.Length];
            await KillAsync(pop, crowd, edge, () => Task.CompletedTask);
            await pop.StartAgainAsync(edge);
        }

        Assert.Equal(0, await crowd.CountUnknownAsync());
    }

    /// <summary>Some sessions are on their way, some have gone, and some are still there.</summary>
    [Theory]
    [InlineData("e1")]
    [InlineData("e2")]
    public async Task Kill_InTheMiddleOfADrain_NoSessionIsLost(string killed)
    {
        await using var pop = await Pop.StartKeepingAsync("ams", "e1", "e2", "e3", "c1");
        using var crowd = await JoinAsync(pop);
        await KillAsync(
            pop,
            crowd,
            killed,
            async () =>
            {
                // It withdraws for a second first.
                await pop.Edge("e1").DrainAsync(seconds: 30);
                await Task.Delay(Random.Shared.Next(900, 1300));
            }
        );
        Assert.Equal(0, await crowd.CountUnknownAsync());
    }

    /// <summary>The others go on with its sessions while it sleeps. When it wakes, it says nothing to their clients.</summary>
    [Fact]
    public async Task Pause_ForTenSeconds_NoSessionIsLost()
    {
        await using var pop = await Pop.StartKeepingAsync("ams", "e1", "e2", "e3", "c1");
        using var crowd = await JoinAsync(pop);
        await UntilProtectedAsync(pop, crowd.All.Count);
        var record = DrainRecord.Begin(_stage, crowd);
        await pop.Edge("e1").PauseAsync();
        await Task.Delay(TimeSpan.FromSeconds(10));
        await pop.Edge("e1").ContinueAsync();
        await Task.Delay(Afterwards);
        var report = await record.EndAsync();
        Write(pop, "nobody", report);
        // The kernel goes on to give it its part of all flows, so some clients are not heard meanwhile.
        Assert.True(report is { Ended: 0, Handshakes: 0 }, report.ToString());
        AssertNoIndexTwice(crowd);
        Assert.Equal(0, await crowd.CountUnknownAsync());
        await UntilProtectedAsync(pop, crowd.All.Count);
    }

    private Task<DrainCrowd> JoinAsync(Pop pop) =>
        DrainCrowd.JoinAsync(_stage, pop.Control("c1"), Streams, Viewers, People);

    private async Task KillAsync(Pop pop, DrainCrowd crowd, string edge, Func<Task> before)
    {
        await UntilProtectedAsync(pop, crowd.All.Count);
        var record = DrainRecord.Begin(_stage, crowd);
        await before();
        pop.Edge(edge).Kill();
        await Task.Delay(Afterwards);
        var report = await record.EndAsync();
        Write(pop, edge, report);
        Assert.True(report is { Ended: 0, Disconnected: 0, Handshakes: 0 }, report.ToString());
        Assert.InRange(report.Gap(percent: 100), TimeSpan.Zero, GapMax);
        AssertNoIndexTwice(crowd);
    }

    /// <summary>What a client gets under an index that it has got already is refused by its SRTP, and so is what it guesses wrong.</summary>
    private void AssertNoIndexTwice(DrainCrowd crowd) =>
        _stage.Make(
            (_, _) =>
            {
                Assert.All(
                    crowd.All,
                    client =>
                    {
                        Assert.Equal(0, client.Client.Peer.Transport.Dropped(DropReason.Replayed));
                        Assert.Equal(
                            0,
                            client.Client.Peer.Transport.Dropped(DropReason.NotAuthentic)
                        );
                    }
                );
                return true;
            }
        );

    private void Write(Pop pop, string killed, DrainReport report)
    {
        output.WriteLine($"kill of {killed}: {report}");
        foreach (var line in report.Longest)
        {
            output.WriteLine($"  {line}");
        }

        foreach (
            var other in Edges.Where(each => !string.Equals(each, killed, StringComparison.Ordinal))
        )
        {
            output.WriteLine($"  {other}: {pop.Edge(other).Output}");
        }
    }

    /// <summary>Waits until every session survives the next fault.</summary>
    private static async Task UntilProtectedAsync(Pop pop, int sessions)
    {
        for (var tries = 0; tries < 150; tries++)
        {
            var isProtected = 0.0;
            foreach (var edge in Edges)
            {
                isProtected += await MetricOfAsync(
                    pop.Edge(edge),
                    "sfu_takeover_sessions",
                    "state=\"protected\""
                );
            }

            if (isProtected >= sessions)
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail("Not every session is kept by others.");
    }

    private static async Task<double> MetricOfAsync(EdgeProcess edge, string name, string label)
    {
        using var http = new HttpClient();
        var page = await http.GetStringAsync(new Uri(edge.AdminUrl, "/metrics"));
        var line = Array.Find(
            page.Split('\n'),
            each =>
                each.StartsWith(name, StringComparison.Ordinal)
                && each.Contains(label, StringComparison.Ordinal)
        );
        return line is null
            ? 0
            : double.Parse(
                line[(line.LastIndexOf(' ') + 1)..],
                System.Globalization.CultureInfo.InvariantCulture
            );
    }
}
