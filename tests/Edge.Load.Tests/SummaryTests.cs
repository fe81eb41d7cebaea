using Edge.Load.Reports;
using Xunit;

namespace Edge.Load.Tests;

public sealed class SummaryTests
{
    [Theory]
    [InlineData(new[] { 3.0, 1.0, 2.0 }, 2.0)]
    [InlineData(new[] { 4.0, 1.0, 2.0, 3.0 }, 2.5)]
    [InlineData(new[] { 7.0 }, 7.0)]
    public void Median_OddAndEven_IsTheMiddle(double[] numbers, double expected) =>
        Assert.Equal(expected, Summary.Median(numbers));

    [Fact]
    public void Rows_RepeatedRuns_AreMediansWithRatiosToTheFirstServer()
    {
        LoadReport[] reports =
        [
            Report("ours", 10, cpu: 4),
            Report("janus", 10, cpu: 40),
            Report("ours", 10, cpu: 6),
            Report("janus", 10, cpu: 60),
            Report("ours", 10, cpu: 5),
            Report("janus", 10, cpu: 44),
            Report("ours", 50, cpu: 3),
        ];

        var rows = Summary.Rows(reports);

        Assert.Equal(
            [("ours", 10, 5.0, 1.0), ("janus", 10, 44.0, 8.8), ("ours", 50, 3.0, 1.0)],
            rows.Select(row => (row.Name, row.Viewers, row.CpuMicroseconds, row.Ratio))
        );
    }

    [Fact]
    public void ServerCpu_AllThreadsAlive_IsTheExactSum() =>
        Assert.Equal(0.993, new ServerCpu(User: 0.6, System: 0.4, Scheduled: 0.993).Total);

    [Fact]
    public void ServerCpu_ThreadEnded_IsTheCoarseSum() =>
        Assert.Equal(1.0, new ServerCpu(User: 0.6, System: 0.4, Scheduled: 0.7).Total);

    [Fact]
    public void MachineTime_Between_IsTheStolenShare()
    {
        var before = MachineTime.Parse("cpu  100 0 50 800 10 0 20 20 0 0");
        var after = MachineTime.Parse("cpu  150 0 60 830 10 0 20 30 0 0");

        Assert.Equal(new MachineTime(1000, 20), before);
        Assert.Equal(10.0, (after - before).StolenPercent);
    }

    private static LoadReport Report(string name, int viewers, double cpu)
    {
        var none = new Quantiles(0, 0);
        return new LoadReport
        {
            Name = name,
            Viewers = viewers,
            Seconds = 1,
            Packets = 1,
            PacketsPerSecond = 1,
            LongestDatagram = 1,
            LossPercent = 0,
            Recovered = 0,
            CpuMicroseconds = cpu,
            UserMicroseconds = cpu,
            SystemMicroseconds = 0,
            CorePercent = 1,
            Video = none,
            FrameLast = none,
            Audio = none,
            Post = none,
            FirstPacket = none,
            FirstKeyFrame = none,
            LongestTurnMilliseconds = 0,
        };
    }
}
