using Edge.Load.Mesh;
using Edge.Load.Reports;
using Xunit;

namespace Edge.Load.Tests.Mesh;

/// <summary>What a hop costs is a difference between phases: 1000 packets in 2 s each, CPU in ms.</summary>
public sealed class MeshSummaryTests
{
    [Fact]
    public void Rows_Hop_CostsWhatEdgesPayBesideTheRest()
    {
        var report = Report(
            "",
            Phase("", latency: 0, home: 10, far: 2, bus: 4),
            Phase("home", latency: 1, home: 15, far: 2, bus: 4),
            Phase("far", latency: 4, home: 13, far: 18, bus: 24)
        );

        var rows = MeshSummary.Rows([report]);

        Assert.Equal(["", "home", "far"], rows.Select(row => row.Place), StringComparer.Ordinal);
        var home = rows[1];
        Assert.Equal(15, home.HomeMicroseconds, precision: 6);
        Assert.Equal(5, home.SendMicroseconds, precision: 6);
        Assert.Equal(new Quantiles(0, 0), home.Added);
        var far = rows[2];
        Assert.Equal(3, far.SendMicroseconds, precision: 6);
        Assert.Equal(18, far.PlaceMicroseconds, precision: 6);
        // Without the two that it costs idle, and the five of forwarding.
        Assert.Equal(11, far.ReceiveMicroseconds, precision: 6);
        Assert.Equal(1.5, far.SendMeshMicroseconds, precision: 6);
        Assert.Equal(8, far.ReceiveMeshMicroseconds, precision: 6);
        Assert.Equal(20, far.BusMicroseconds, precision: 6);
        Assert.Equal(new Quantiles(3, 3), far.Added);
        Assert.Equal(new Quantiles(3, 3), far.FrameAdded);
    }

    [Fact]
    public void Rows_SlowLink_IsComparedWithViewersAtHomeOfThePlainOne()
    {
        var plain = Report(
            "",
            Phase("", latency: 0, home: 10, far: 0, bus: 0),
            Phase("home", latency: 1, home: 15, far: 0, bus: 0)
        );
        var slow = Report(
            "bbr",
            Phase("", latency: 0, home: 10, far: 0, bus: 0),
            Phase("far", latency: 90, home: 13, far: 18, bus: 0)
        );

        var far = MeshSummary.Rows([plain, slow])[^1];

        Assert.Equal("bbr", far.Conditions);
        Assert.Equal(13, far.ReceiveMicroseconds, precision: 6);
        Assert.Equal(new Quantiles(89, 89), far.Added);
    }

    [Fact]
    public void Rows_RepeatedRuns_AreMedians()
    {
        MeshReport[] reports =
        [
            .. new[] { 9.0, 1.0, 2.0 }.Select(latency =>
                Report(
                    "",
                    Phase("", 0, home: 1, far: 0, bus: 0),
                    Phase("home", latency, home: 1 + latency, far: 0, bus: 0)
                )
            ),
        ];

        var home = MeshSummary.Rows(reports)[1];

        Assert.Equal(3, home.Runs);
        Assert.Equal(2, home.SendMicroseconds, precision: 6);
        Assert.Equal(new Quantiles(2, 2), home.Video);
    }

    [Fact]
    public void Print_NothingArrived_SaysNoLatency()
    {
        var report = Report(
            "cubic",
            Phase("", latency: 0, home: 10, far: 0, bus: 0),
            Phase("far", latency: 7.7, home: 13, far: 18, bus: 0) with
            {
                Arrived = 3,
            }
        );
        using var output = new StringWriter();

        MeshTable.Print(MeshSummary.Rows([report]), output);

        Assert.Contains("0.30", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("7.7", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TcpSegments_Lines_AreReadByName()
    {
        string[] lines =
        [
            "Ip: Forwarding DefaultTTL",
            "Ip: 1 64",
            "Tcp: RtoAlgorithm InSegs OutSegs RetransSegs",
            "Tcp: 1 900 1000 17",
        ];

        Assert.Equal(new TcpSegments(1000, 17), TcpSegments.Parse(lines));
    }

    private static MeshReport Report(string conditions, params MeshPhase[] phases) =>
        new()
        {
            Conditions = conditions,
            Streams = 1,
            Phases = phases,
        };

    private static MeshPhase Phase(
        string place,
        double latency,
        double home,
        double far,
        double bus
    ) =>
        new()
        {
            Place = place,
            Viewers = place.Length > 0 ? 1 : 0,
            Seconds = 2,
            Published = 1000,
            Arrived = place.Length > 0 ? 1000 : 0,
            Cpu = new(StringComparer.Ordinal)
            {
                ["home"] = home / 1000,
                ["far"] = far / 1000,
                ["nats"] = bus / 1000,
            },
            // Half of what an edge does is for clients.
            ShardCpu = new(StringComparer.Ordinal) { ["home"] = home / 2000, ["far"] = far / 2000 },
            StolenPercent = 0,
            Video = new(latency, latency),
            FrameLast = new(latency, latency),
            LongestTurnMilliseconds = 0,
            Segments = default,
        };
}
