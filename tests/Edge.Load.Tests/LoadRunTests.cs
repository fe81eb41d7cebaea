using Edge.Load.Reports;
using Edge.Processes;
using Xunit;

namespace Edge.Load.Tests;

/// <summary>A few viewers at one process of its own.</summary>
public sealed class LoadRunTests
{
    [Theory]
    [InlineData("captured", 1160)]
    [InlineData("plain", 1156)]
    public async Task RunAsync_SomeDecryptAndSomeDoNot_AllGetAll(string media, int longestPayload)
    {
        var report = await MeasureAsync([.. "--viewers 4 --decrypt 2 --media".Split(' '), media]);

        Assert.Equal(0, report.LossPercent);
        // 9 packets a picture, and 50 of sound.
        Assert.InRange(report.PacketsPerSecond / 4, 270, 380);
        Assert.InRange(report.LongestDatagram, longestPayload + 24, longestPayload + 64);
        Assert.True(report.CpuMicroseconds > 0);
        Assert.True(report.FrameLast.P50 > 0 && report.Audio.P50 > 0);
        Assert.True(report.FirstKeyFrame.P50 >= report.FirstPacket.P50);
        Assert.InRange(report.BusyPercent, 0.1, 100);
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
