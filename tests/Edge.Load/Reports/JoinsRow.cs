namespace Edge.Load.Reports;

/// <summary>Medians of viewers that come and leave.</summary>
/// <param name="PerSecond">How many tried each second.</param>
/// <param name="CpuMilliseconds">The server's CPU time for one.</param>
/// <param name="PerCpuSecond">Joins in a second of the server's CPU time.</param>
/// <param name="Post">Until the server had confirmed everything.</param>
/// <param name="FirstPacket">From the POST to the first packet.</param>
/// <param name="LossMostPercent">The most that those who stayed lost in a run.</param>
/// <param name="FrameLast">Latency of frames' last packets at those who stayed.</param>
/// <param name="Audio">Latency of sound at those who stayed.</param>
internal sealed record JoinsRow(
    double PerSecond,
    Spread CpuMilliseconds,
    double PerCpuSecond,
    Quantiles Post,
    Quantiles FirstPacket,
    double LossMostPercent,
    Distribution FrameLast,
    Distribution Audio
)
{
    /// <summary>Of the runs that had any; null where none had.</summary>
    public static JoinsRow? Of(IEnumerable<JoinFigures?> runs)
    {
        var joins = runs.OfType<JoinFigures>().ToArray();
        return joins.Length == 0
            ? null
            : new(
                joins[0].PerSecond,
                Spread.Of(joins.Select(run => run.CpuMilliseconds)),
                Summary.Median(joins.Select(run => run.PerCpuSecond)),
                Quantiles.Median([.. joins.Select(run => run.Post)]),
                Quantiles.Median([.. joins.Select(run => run.FirstPacket)]),
                joins.Max(run => run.LossPercent),
                Distribution.Median([.. joins.Select(run => run.FrameLast)]),
                Distribution.Median([.. joins.Select(run => run.Audio)])
            );
    }
}
