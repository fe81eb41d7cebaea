using Edge.Processes;
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
        using var crowd = await DrainCrowd.JoinAsync(
            _stage,
            pop.Control("c1"),
            Streams,
            Viewers,
            People
        );
        for (var kill = 0; kill < Kills; kill++)
        {
            var edge = Edges[kill % Edges.Length];
            await UntilProtectedAsync(pop, crowd.All.Count);
            var record = DrainRecord.Begin(_stage, crowd);
            pop.Edge(edge).Kill();
            await Task.Delay(Afterwards);
            var report = await record.EndAsync();
            Write(pop, edge, report);
            Assert.True(report is { Ended: 0, Disconnected: 0, Handshakes: 0 }, report.ToString());
            Assert.InRange(report.Gap(percent: 99), TimeSpan.Zero, GapMax);
            await pop.StartAgainAsync(edge);
        }

        Assert.Equal(0, await crowd.CountUnknownAsync());
    }

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
