using Edge.Load.Reports;

namespace Edge.Load.Rooms.Reports;

/// <summary>What viewers of one kind of network got.</summary>
internal sealed record RoomGroup
{
    public required int Viewers { get; init; }

    /// <summary>Of them, those who got packets of every camera and microphone in the window.</summary>
    public required int Complete { get; init; }

    /// <summary>What came, of what was published for them.</summary>
    public required double ArrivedPercent { get; init; }

    /// <summary>The same of the viewer who got least.</summary>
    public required double ArrivedLeastPercent { get; init; }

    /// <summary>Numbers that never came, also not by retransmission, of all that should.</summary>
    public required double LostPercent { get; init; }

    /// <summary>Packets that came by retransmission only.</summary>
    public required double RecoveredPerSecond { get; init; }

    /// <summary>Payload a viewer: half of them get less.</summary>
    public required double KilobitsMedian { get; init; }

    public required double KilobitsLeast { get; init; }

    /// <summary>From a packet's making to its arrival.</summary>
    public required Distribution Video { get; init; }

    public required Distribution Audio { get; init; }

    /// <summary>From the first request to the first packet of each camera that was there to be pulled.</summary>
    public required Distribution Join { get; init; }

    /// <summary>Of it, until the last request was answered.</summary>
    public required Distribution JoinRequests { get; init; }

    /// <summary>Of cameras of those who joined later: from their being published to their first packet.</summary>
    public required Distribution LaterPull { get; init; }

    /// <summary>The medians of each over several runs; the least that any run had of what all should get.</summary>
    public static RoomGroup Median(IReadOnlyList<RoomGroup> runs)
    {
        return new RoomGroup
        {
            Viewers = runs[0].Viewers,
            Complete = runs.Min(run => run.Complete),
            ArrivedPercent = Middle(run => run.ArrivedPercent),
            ArrivedLeastPercent = runs.Min(run => run.ArrivedLeastPercent),
            LostPercent = Middle(run => run.LostPercent),
            RecoveredPerSecond = Middle(run => run.RecoveredPerSecond),
            KilobitsMedian = Middle(run => run.KilobitsMedian),
            KilobitsLeast = runs.Min(run => run.KilobitsLeast),
            Video = Each(run => run.Video),
            Audio = Each(run => run.Audio),
            Join = Each(run => run.Join),
            JoinRequests = Each(run => run.JoinRequests),
            LaterPull = Each(run => run.LaterPull),
        };

        double Middle(Func<RoomGroup, double> figure) => Summary.Median(runs.Select(figure));

        Distribution Each(Func<RoomGroup, Distribution> figure) =>
            Distribution.Median([.. runs.Select(figure)]);
    }
}
