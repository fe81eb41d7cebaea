using Edge.Testing.Clients;

namespace Edge.Load.Reports;

/// <summary>Half and nearly all of some durations, in milliseconds.</summary>
/// <param name="P50">Half of them are not longer.</param>
/// <param name="P99">99 of 100 are not longer.</param>
internal sealed record Quantiles(double P50, double P99)
{
    public static Quantiles Of(LatencyHistogram histogram) =>
        new(
            histogram.Percentile(0.5).TotalMilliseconds,
            histogram.Percentile(0.99).TotalMilliseconds
        );

    public static Quantiles Of(IEnumerable<TimeSpan> durations)
    {
        var histogram = new LatencyHistogram();
        foreach (var duration in durations)
        {
            histogram.Add(duration);
        }

        return Of(histogram);
    }

    /// <summary>The medians of each over several runs.</summary>
    public static Quantiles Median(IReadOnlyList<Quantiles> runs) =>
        new(
            Summary.Median(runs.Select(run => run.P50)),
            Summary.Median(runs.Select(run => run.P99))
        );
}
