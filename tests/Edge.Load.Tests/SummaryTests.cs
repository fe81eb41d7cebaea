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
            Report("ours", 10, cpu: 9, LoadMedia.Plain),
            Report("janus", 10, cpu: 60),
            Report("ours", 10, cpu: 5),
            Report("janus", 10, cpu: 44),
            Report("janus", 10, cpu: 18, LoadMedia.Plain),
            Report("ours", 50, cpu: 3),
        ];

        var rows = Summary.Rows(reports);

        Assert.Equal(
            [
                ("ours", LoadMedia.Captured, 10, 5.0, 1.0),
                ("janus", LoadMedia.Captured, 10, 44.0, 8.8),
                ("ours", LoadMedia.Plain, 10, 9.0, 1.0),
                ("janus", LoadMedia.Plain, 10, 18.0, 2.0),
                ("ours", LoadMedia.Captured, 50, 3.0, 1.0),
            ],
            rows.Select(row => (row.Name, row.Media, row.Viewers, row.CpuMicroseconds, row.Ratio))
        );
        Assert.Equal((4.0, 6.0), (rows[0].CpuLeast, rows[0].CpuMost));
    }

    [Fact]
    public void Rows_OtherNumberOfStreams_IsARowOfItsOwn()
    {
        LoadReport[] reports =
        [
            Report("ours", 10, cpu: 4),
            Report("ours", 10, cpu: 7) with
            {
                Streams = 10,
            },
        ];

        var rows = Summary.Rows(reports);

        Assert.Equal([(1, 4.0), (10, 7.0)], rows.Select(row => (row.Streams, row.CpuMicroseconds)));
    }

    [Fact]
    public void Rows_RunsWithJoins_HaveTheirMediansAndSpread()
    {
        double[] costs = [1, 5, 2];
        var reports = costs.Select(cost => Report("ours", 0, cpu: 0) with { Joins = Joins(cost) });

        var row = Assert.Single(Summary.Rows([.. reports]));

        Assert.Equal(new Spread(2, 1, 5), row.Joins!.CpuMilliseconds);
        Assert.Equal(500, row.Joins.PerCpuSecond);
    }

    [Fact]
    public void MemoryFigures_OfAWholeRun_ArePerViewerAndTrack()
    {
        var memory = new MemoryFigures
        {
            Viewers = 10,
            FurtherTracks = 4,
            Idle = 1000,
            Published = 2000,
            Middle = 3000,
            Full = 3200,
            BeforeTracks = 3300,
            WithTracks = 3700,
        };

        Assert.Equal((120, 40, 100), (memory.PerViewer, memory.PerFurtherViewer, memory.PerTrack));
    }

    [Fact]
    public void Print_Rows_AreThreeTablesWithEveryServer()
    {
        using var text = new StringWriter();
        var staying = Report("ours", 10, cpu: 4.5) with { Version = "0.1" };
        var leaving = Report("ours", 0, cpu: 0) with { Joins = Joins(2) };

        SummaryTable.Print(Summary.Rows([staying, leaving]), text);

        var lines = text.ToString().Split('\n');
        Assert.Contains(
            lines,
            line =>
                line.StartsWith(
                    "ours    captured        1       10         4.5",
                    StringComparison.Ordinal
                )
        );
        Assert.Equal(4, lines.Count(line => line.StartsWith("ours ", StringComparison.Ordinal)));
        Assert.EndsWith(
            "  -",
            lines.Last(line => line.StartsWith("ours ", StringComparison.Ordinal)).TrimEnd(),
            StringComparison.Ordinal
        );
        Assert.Contains(lines, line => line is "ours: 0.1");
    }

    [Fact]
    public void MachineFacts_OfThisMachine_AreKnown()
    {
        var machine = MachineFacts.Read();

        Assert.InRange(machine.Cores, Environment.ProcessorCount, 4096);
        Assert.StartsWith("Linux ", machine.Kernel, StringComparison.Ordinal);
        Assert.StartsWith(".NET 10", machine.Runtime, StringComparison.Ordinal);
        Assert.NotEmpty(machine.Processor);
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

    private static JoinFigures Joins(double cpu) =>
        new()
        {
            Joined = 1,
            PerSecond = 1,
            CpuMilliseconds = cpu,
            PerCpuSecond = 1000 / cpu,
            Post = new Quantiles(0, 0),
            FirstPacket = new Quantiles(0, 0),
        };

    private static LoadReport Report(
        string name,
        int viewers,
        double cpu,
        LoadMedia media = LoadMedia.Captured
    )
    {
        var none = new Quantiles(0, 0);
        return new LoadReport
        {
            Name = name,
            Media = media,
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
            Video = Distribution.None,
            FrameLast = Distribution.None,
            Audio = Distribution.None,
            Post = none,
            FirstPacket = none,
            FirstKeyFrame = none,
            LongestTurnMilliseconds = 0,
        };
    }
}
