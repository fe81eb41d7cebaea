using System.Diagnostics;
using Edge.Processes;
using Mesh.Tests.Support;
using Xunit.Abstractions;

namespace Mesh.Tests;

/// <summary>An edge of a PoP that shares its media address is drained while many are connected: nobody notices.</summary>
[Collection(nameof(AloneCollection))]
public sealed class DrainTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>With <see cref="Viewers"/> of each and <see cref="People"/> 200 sessions, a third of them at each edge.</summary>
    private const int Streams = 10;
    private const int Viewers = 9;
    private const int People = 100;

    private const int Drains = 10;

    private static readonly string[] Edges = ["e1", "e2", "e3"];

    private const int DeadlineSeconds = 30;

    /// <summary>What nobody sees, beside what the machine costs anyway. Chosen: a picture that stands for half a second is seen.
    /// </summary>
    private static readonly TimeSpan GapMax = TimeSpan.FromMilliseconds(500);

    private const double LossMax = 0.001;

    /// <summary>What most drains that follow each other may cost of a hundred tracks the worst but one, beside what the machine costs
    /// anyway: issue E.</summary>
    private static readonly TimeSpan FollowingGapMax = TimeSpan.FromMilliseconds(200);

    /// <summary>How long media is watched after a drain: two checks of each client.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(11);

    /// <summary>How long media is watched before.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    /// <summary>A process that starts is met by all, and knows all flows; who joined late has what came first behind her.
    /// </summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    /// <summary>The deadline's second, and what the clock of a test adds to it.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1.2);

    private readonly Stage _stage = new() { IsCrowded = true };

    public void Dispose() => _stage.Dispose();

    [Fact]
    public async Task Drain_UnderLoad_NobodyNotices()
    {
        await using var pop = await Pop.StartSharingAsync("ams", "e1", "e2", "e3", "c1");
        using var crowd = await JoinAsync(pop);
        AssertUnnoticed(await DrainAsync(pop, crowd, "e1"), percent: 100);
        Assert.Equal(0, await crowd.CountUnknownAsync());
    }

    [Fact]
    public async Task Drain_TenTimesInARow_NoSessionIsLost()
    {
        await using var pop = await Pop.StartSharingAsync("ams", "e1", "e2", "e3", "c1");
        using var crowd = await JoinAsync(pop);
        var drains = new List<Drained>();
        for (var drain = 0; drain < Drains; drain++)
        {
            var edge = Edges[drain % Edges.Length];
            var drained = await DrainAsync(pop, crowd, edge);
            drains.Add(drained);
            await StartAgainAsync(pop, crowd, edge, drained.Before);
        }

        Assert.All(drains, drained => AssertUnnoticed(drained, percent: 99));
        Assert.InRange(
            MedianOf(drains, drained => drained.Report.Gap(percent: 99)),
            TimeSpan.Zero,
            FollowingGapMax + MedianOf(drains, drained => drained.Before.Gap(percent: 99))
        );
        Assert.Equal(0, await crowd.CountUnknownAsync());
    }

    /// <summary>An upgrade on one machine and another one, with clients whose networks let no UDP pass, and some by UDP beside
    /// them: connections go along, those that came along, too.</summary>
    [Fact]
    public async Task Drain_OverTcp_NobodyNotices()
    {
        await using var pop = await Pop.StartSharingAsync("ams", "e1", "e2", "c1");
        using var crowd = await DrainCrowd.JoinAsync(
            _stage,
            pop.Control("c1"),
            Streams,
            viewersOfEach: 3,
            people: 10,
            isOverTcp: true
        );
        await Task.Delay(Settling);
        foreach (var edge in new[] { "e1", "e2" })
        {
            var drained = await DrainAsync(pop, crowd, edge);
            AssertUnnoticed(drained, percent: 100);
            Assert.All(crowd.Publishers, publisher => Assert.False(publisher.Connection!.IsOver));
            await StartAgainAsync(pop, crowd, edge, drained.Before);
        }

        Assert.Equal(0, await crowd.CountUnknownAsync());
    }

    /// <summary>An upgrade and the way back: scripts/upgrade.sh names the other revision, without which both are of this.
    /// </summary>
    [Fact]
    public async Task Drain_ToAnotherRevisionAndBack_NoSessionIsLost()
    {
        await using var pop = await Pop.StartSharingAsync("ams", "e1", "o1", "c1");
        using var crowd = await JoinAsync(pop);
        output.WriteLine("from the other revision to this one");
        _ = await DrainAsync(pop, crowd, "o1");
        await pop.StartAgainAsync("o1");
        await Task.Delay(Settling);
        output.WriteLine("from this revision to the other one");
        _ = await DrainAsync(pop, crowd, "e1");
        Assert.Equal(0, await crowd.CountUnknownAsync());
    }

    /// <summary>Nodes of a PoP need nobody but each other for it.</summary>
    [Fact]
    public async Task Drain_NatsIsStopped_NobodyNotices()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var pop = await Pop.StartSharingAsync("ams", nats, "e1", "e2", "e3", "c1");
        using var crowd = await JoinAsync(pop);
        _ = await MeasureQuietAsync(crowd, "with NATS");
        await nats.StopAsync();
        var drained = await DrainAsync(pop, crowd, "e1");
        await nats.ContinueAsync();
        AssertUnnoticed(drained, percent: 100);
    }

    /// <summary>Nobody can take the sessions, and nobody ends them.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Drain_SessionsStay_EndsAtTheDeadline(bool stopsNats)
    {
        await using var nats = await NatsServer.StartAsync();
        await using var pop = await Pop.StartAsync("ams", nats.Url, "e1", "c1");
        using var client = new StreamClient(_stage, pop.Control("c1"));
        await client.PublishAsync("cam");
        await client.PlayAsync("cam");
        if (stopsNats)
        {
            await nats.StopAsync();
        }

        await AssertEndsAsync(pop.Edge("e1"), seconds: 3, () => pop.Edge("e1").DrainAsync(3));
    }

    /// <summary>Whoever could take the sessions answers nothing: a hand-over waits in vain.</summary>
    [Fact]
    public async Task Drain_OthersHang_EndsAtTheDeadline()
    {
        await using var pop = await Pop.StartSharingAsync("ams", "e1", "e2", "c1");
        using var client = new StreamClient(_stage, pop.Control("c1"));
        // Some of these are at each edge.
        for (var stream = 0; stream < 8; stream++)
        {
            await client.PublishAsync($"cam{stream}");
        }

        await pop.Edge("e2").PauseAsync();
        try
        {
            await AssertEndsAsync(pop.Edge("e1"), seconds: 3, () => pop.Edge("e1").DrainAsync(3));
        }
        finally
        {
            await pop.Edge("e2").ContinueAsync();
        }
    }

    [Fact]
    public async Task Drain_AskedAgain_EndsAtTheEarlierDeadline()
    {
        await using var pop = await Pop.StartAsync("ams", nats: null, "e1", "c1");
        using var client = new StreamClient(_stage, pop.Control("c1"));
        await client.PublishAsync("cam");
        var edge = pop.Edge("e1");
        await edge.DrainAsync(3600);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.False(edge.HasEnded);
        await AssertEndsAsync(
            edge,
            seconds: 2,
            async () =>
            {
                await edge.DrainAsync(2);
                await edge.DrainAsync(600);
            }
        );
    }

    private async Task<DrainCrowd> JoinAsync(Pop pop)
    {
        var crowd = await DrainCrowd.JoinAsync(_stage, pop.Control("c1"), Streams, Viewers, People);
        await Task.Delay(Settling);
        return crowd;
    }

    /// <summary>Drains an edge, which costs nobody a session; what was noticed from the seconds before until long after it has
    /// ended.</summary>
    private async Task<Drained> DrainAsync(Pop pop, DrainCrowd crowd, string name)
    {
        var edge = pop.Edge(name);
        var before = await MeasureQuietAsync(crowd, $"before the drain of {name}");
        var report = await MeasureAsync(
            crowd,
            async () =>
            {
                var began = Stopwatch.GetTimestamp();
                await edge.DrainAsync(DeadlineSeconds);
                var code = await edge.ExitCodeAsync();
                var took = Stopwatch.GetElapsedTime(began);
                output.WriteLine($"{name} ended with {code} after {took.TotalSeconds:0.0} s");
                await Task.Delay(Afterwards);
            }
        );
        output.WriteLine($"drain of {name}: {report}");
        foreach (var line in report.Longest)
        {
            output.WriteLine($"  {line}");
        }

        foreach (var line in edge.Output.Split('\n'))
        {
            if (line.Contains("sessions", StringComparison.Ordinal))
            {
                output.WriteLine($"  {line.Trim()}");
            }
        }

        Assert.True(report is { Ended: 0, Disconnected: 0, Handshakes: 0 }, report.ToString());
        return new(before, report);
    }

    /// <summary>Starts an edge again. The kernel gives it a part of the others' packets at once, and it loses none of them.</summary>
    private async Task StartAgainAsync(Pop pop, DrainCrowd crowd, string name, DrainReport quiet)
    {
        var report = await MeasureAsync(
            crowd,
            async () =>
            {
                await pop.StartAgainAsync(name);
                await Task.Delay(Settling);
            }
        );
        output.WriteLine($"start of {name}: {report}");
        Assert.InRange(report.Loss, 0, LossMax + quiet.Loss);
    }

    /// <summary>What the machine alone costs, to compare with.</summary>
    private async Task<DrainReport> MeasureQuietAsync(DrainCrowd crowd, string when)
    {
        var quiet = await MeasureAsync(crowd, () => Task.Delay(Quiet));
        output.WriteLine($"{when}: {quiet}");
        return quiet;
    }

    private async Task<DrainReport> MeasureAsync(DrainCrowd crowd, Func<Task> meanwhile)
    {
        var record = DrainRecord.Begin(_stage, crowd);
        await meanwhile();
        return await record.EndAsync();
    }

    private static void AssertUnnoticed(Drained drained, double percent)
    {
        Assert.InRange(
            drained.Report.Gap(percent),
            TimeSpan.Zero,
            GapMax + drained.Before.Gap(percent)
        );
        Assert.InRange(drained.Report.Loss, 0, LossMax + drained.Before.Loss);
    }

    private static TimeSpan MedianOf(List<Drained> drains, Func<Drained, TimeSpan> value) =>
        drains.Select(value).Order().ElementAt(drains.Count / 2);

    private static async Task AssertEndsAsync(EdgeProcess edge, int seconds, Func<Task> drain)
    {
        var began = Stopwatch.GetTimestamp();
        await drain();
        Assert.Equal(0, await edge.ExitCodeAsync());
        Assert.InRange(
            Stopwatch.GetElapsedTime(began),
            TimeSpan.FromSeconds(seconds - 0.1),
            TimeSpan.FromSeconds(seconds) + Late
        );
    }

    /// <summary>What was noticed of a drain, and in the seconds before it.</summary>
    private sealed record Drained(DrainReport Before, DrainReport Report);
}
