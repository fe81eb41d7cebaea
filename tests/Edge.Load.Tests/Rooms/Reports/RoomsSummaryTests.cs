using Edge.Load.Rooms;
using Edge.Load.Rooms.Reports;
using Xunit;

namespace Edge.Load.Tests.Rooms.Reports;

public sealed class RoomsSummaryTests
{
    [Fact]
    public void Rows_RoomsOfTwoKinds_AreMediansWithTheWorstOfWhatSpoilsThem()
    {
        var quiet = RoomSamples.Report() with { EdgeMicroseconds = 9 };
        var loud = RoomSamples.Report() with
        {
            EdgeMicroseconds = 11,
            StolenPercent = 20,
            Drops = new(0, 3),
            Good = RoomSamples.Group(100) with { Complete = 98, LostPercent = 0.75 },
            Problems = ["Person 1: late"],
        };
        var bad = RoomSamples.Report(bad: 10);

        var rows = RoomsSummary.Rows([quiet, loud, bad]);

        Assert.Equal([(2, 0), (1, 10)], rows.Select(row => (row.Runs, row.Medians.Bad)));
        var good = rows[0].Medians;
        Assert.Equal((10, 20), (good.EdgeMicroseconds, good.StolenPercent));
        Assert.Equal((98, 0.5), (good.Good.Complete, good.Good.LostPercent));
        Assert.Equal(new SocketDrops(0, 3), good.Drops);
        Assert.Equal(["Person 1: late"], good.Problems, StringComparer.Ordinal);
        Assert.Equal(2, rows[0].Saturated.Count);
        Assert.Null(good.OfBad);
        Assert.Equal(10, rows[1].Medians.OfBad?.Viewers);
        Assert.Empty(rows[1].Saturated);
    }

    [Fact]
    public void Print_RoomsOfTwoKinds_StandSideBySide()
    {
        var bad = RoomSamples.Report(bad: 10);
        var text = Print(
            RoomSamples.Report(),
            bad with
            {
                Good = bad.Good with { Video = new(1, 3.5, 4, 5), KilobitsMedian = 2107 },
            }
        );

        Assert.Matches(@"with every camera and microphone +100 of 100 +90 of 90\n", text);
        Assert.Matches(@"with every camera and microphone +- +10 of 10\n", text);
        Assert.Matches(@"pictures' latency ms +1\.0 / 2\.0 / 3\.0 +1\.0 / 3\.5 / 4\.0\n", text);
        Assert.Contains(
            "10 bad (5 %, 500k): the others got 0 points of loss, +1.5 ms of pictures' p99 and -2.0 % of kbit/s beside the room without them.\n",
            text,
            StringComparison.Ordinal
        );
        Assert.EndsWith("Neither the server nor the clients were saturated.\n", text);
    }

    [Fact]
    public void Print_WhatNobodyDid_HasNoFigure()
    {
        var report = RoomSamples.Report();
        var nobody = report.Good with { LaterPull = new(0, 0, 0, 0) };

        var text = Print(report with { Good = nobody });

        Assert.Matches("pull of who joined later, ms +-\n", text);
    }

    [Fact]
    public void Print_WhatFailedAndWhoWasSaturated_IsSaid()
    {
        var text = Print(
            RoomSamples.Report() with
            {
                Problems = [.. Enumerable.Range(1, 7).Select(person => $"Person {person}: no")],
                Drops = new(2, 0),
            }
        );

        Assert.Contains("all good: Person 5: no\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Person 6", text, StringComparison.Ordinal);
        Assert.Contains("all good: and 2 further problems.\n", text, StringComparison.Ordinal);
        Assert.Contains("all good: The edge did not keep up", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Neither", text, StringComparison.Ordinal);
    }

    private static string Print(params RoomsReport[] reports)
    {
        using var output = new StringWriter { NewLine = "\n" };
        RoomsTable.Print(RoomsSummary.Rows(reports), output);
        return output.ToString();
    }
}
