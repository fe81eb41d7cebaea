using Edge.Load.Rooms;
using Edge.Load.Rooms.Reports;
using Edge.Processes;
using Xunit;

namespace Edge.Load.Tests.Rooms;

/// <summary>Rooms of a few sessions at an edge and a control as processes of their own.</summary>
public sealed class RoomTests
{
    [Fact]
    public async Task RunAsync_SmallRoom_EverybodyGetsEverybodyPulled()
    {
        var report = await MeasureAsync("--people", "6", "--pulls", "3");

        Assert.Empty(report.Problems);
        Assert.Equal((6, 6), (report.Good.Viewers, report.Good.Complete));
        Assert.Null(report.OfBad);
        Assert.InRange(report.Good.ArrivedPercent, 90, 110);
        Assert.True(report.EdgeMicroseconds > 0 && report.EdgeKilobytesPerSession > 0);
        Assert.True(report.Good.Join.P50 > 0 && report.Good.LaterPull.P50 > 0);
    }

    /// <summary>The link of 100 kbit/s carries one camera in three, and loses a tenth of that.</summary>
    [Fact]
    public async Task RunAsync_OneBadNetwork_LosesAloneWhatOthersGet()
    {
        var report = await MeasureAsync([
            .. "--people 5 --pulls 3 --speakers 0".Split(' '),
            .. "--bad 1 --bad-rate 100 --bad-loss 10".Split(' '),
        ]);

        Assert.Empty(report.Problems);
        Assert.Equal((4, 4), (report.Good.Viewers, report.Good.Complete));
        Assert.InRange(report.Good.ArrivedPercent, 90, 110);
        Assert.Equal(1, report.OfBad?.Viewers);
        Assert.InRange(report.OfBad!.ArrivedPercent, 1, 80);
    }

    private static async Task<RoomsReport> MeasureAsync(params string[] arguments)
    {
        await using var pop = await Pop.StartAsync("pop", nats: null, "e1", "c1");
        var control = pop.Control("c1");
        await control.UntilReadinessAsync("control knows the edge", System.Net.HttpStatusCode.OK);
        string[] server =
        [
            "--api",
            new Uri(control.Url, $"/v1/apps/{ControlProcess.App}").ToString(),
            "--token",
            ControlProcess.Secret,
            "--edge",
            $"{pop.Edge("e1").Id}",
            "--control",
            $"{control.Id}",
        ];
        string[] timing = ["--seconds", "1.5", "--warmup", "1", "--tracks", "4"];
        Assert.True(
            RoomsOptions.TryParse([.. server, .. timing, .. arguments], out var options, out _)
        );
        return await RoomsRun.RunAsync(options);
    }
}
