using Edge.Load.Reports;
using Edge.Processes;
using Xunit;

namespace Edge.Load.Tests;

/// <summary>A few viewers at one process of its own.</summary>
public sealed class LoadRunTests
{
    [Theory]
    [InlineData("captured", "cut", 1160)]
    [InlineData("captured", "whole", 1160)]
    [InlineData("plain", "cut", 1156)]
    public async Task RunAsync_SomeDecryptAndSomeDoNot_AllGetAll(
        string media,
        string receive,
        int longestPayload
    )
    {
        string[] options = ["--media", media, "--receive", receive];
        var report = await MeasureAsync([.. "--viewers 4 --decrypt 2".Split(' '), .. options]);

        Assert.Equal(0, report.LossPercent);
        Assert.InRange(report.Timed / (double)report.Packets, 0.4, 0.6);
        // But for the frames that were on their way when the window began and ended: on a busy machine little is sent in it.
        Assert.InRange(report.Packets / (4.0 * report.Sent), 0.75, 1.25);
        Assert.InRange(report.LongestDatagram, longestPayload + 24, longestPayload + 64);
        Assert.True(report.CpuMicroseconds > 0);
        Assert.True(report.FrameLast.P50 > 0 && report.Audio.P50 > 0);
        Assert.True(report.FirstKeyFrame.P50 >= report.FirstPacket.P50);
        Assert.InRange(report.BusyPercent, 0.1, 100);
    }

    [Fact]
    public async Task RunAsync_OthersJoinAndLeave_TheyAreCountedAndThoseWhoStayLoseNothing()
    {
        var report = await MeasureAsync(
            "--viewers 2 --joins 10 --join-seconds 2 --publishers 3".Split(' ')
        );

        var joins = report.Joins!;
        Assert.Equal((20, null, 0.0), (joins.Joined, joins.Problem, joins.LossPercent));
        Assert.True(joins.CpuMilliseconds > 0 && joins.PerCpuSecond > 0);
        Assert.True(joins.Post.P50 > 0 && joins.FirstPacket.P50 > 0);
        Assert.True(joins.FrameLast.P50 > 0 && joins.Audio.P50 > 0);
        var memory = report.Memory;
        Assert.Equal(4, memory.FurtherTracks);
        Assert.True(memory.Idle > 0 && memory.IdleResident > 0);
        Assert.True(memory.Full > memory.Idle && memory.WithTracks > memory.BeforeTracks);
    }

    [Fact]
    public async Task RunAsync_StreamsOfSound_EachViewerHearsOne()
    {
        var report = await MeasureAsync("--streams 3 --viewers 6 --media sound".Split(' '));

        Assert.Equal((3, 0.0), (report.Streams, report.LossPercent));
        Assert.Equal((true, 0.0), (report.FirstPacket.P50 > 0, report.FirstKeyFrame.P50));
        // Each of the three is heard by two.
        Assert.InRange(report.Packets / (2.0 * report.Sent), 0.75, 1.25);
        Assert.Equal((0L, true), (report.Timed - report.Packets, report.Audio.P50 > 0));
    }

    [Fact]
    public async Task RunAsync_NobodyStays_OnlyJoinsAreMeasured()
    {
        var report = await MeasureAsync("--viewers 0 --joins 10 --join-seconds 1".Split(' '));

        Assert.Equal((0, 10), (report.Packets, report.Joins!.Joined));
    }

    private static async Task<LoadReport> MeasureAsync(string[] arguments)
    {
        await using var control = await ControlProcess.StartAsync([], ("EDGE_STANDALONE", "1"));
        string Endpoint(string kind) =>
            new Uri(control.Url, $"/v1/apps/{ControlProcess.App}/{kind}/show").ToString();
        string[] server =
        [
            "--whip",
            Endpoint("whip"),
            "--whep",
            Endpoint("whep"),
            "--token",
            ControlProcess.Secret,
            "--pid",
            $"{control.Id}",
        ];
        string[] timing = ["--seconds", "1.5", "--warmup", "0.5"];
        Assert.True(
            LoadOptions.TryParse([.. server, .. timing, .. arguments], out var options, out _)
        );
        return await LoadRun.RunAsync(options);
    }
}
