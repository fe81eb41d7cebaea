using Edge.Testing.Clients;

namespace Edge.Load.Reports;

/// <summary>Some durations with their tail, in milliseconds.</summary>
/// <param name="P50">Half of them are not longer.</param>
/// <param name="P99">99 of 100 are not longer.</param>
/// <param name="P999">999 of 1000 are not longer.</param>
/// <param name="Most">None is longer.</param>
internal sealed record Distribution(double P50, double P99, double P999, double Most)
{
    /// <summary>Of nothing.</summary>
    public static Distribution None { get; } = new(0, 0, 0, 0);

    public static Distribution Of(LatencyHistogram histogram) =>
        new(
            histogram.Percentile(0.5).TotalMilliseconds,
            histogram.Percentile(0.99).TotalMilliseconds,
            histogram.Percentile(0.999).TotalMilliseconds,
            histogram.Percentile(1).TotalMilliseconds
        );

    public static Distribution Of(IEnumerable<TimeSpan> durations)
    {
        var histogram = new LatencyHistogram();
        foreach (var duration in durations)
        {
            histogram.Add(duration);
        }

        return Of(histogram);
    }

    /// <summary>The medians of each over several runs.</summary>
    public static Distribution Median(IReadOnlyList<Distribution> runs) =>
        new(
            Summary.Median(runs.Select(run => run.P50)),
            Summary.Median(runs.Select(run => run.P99)),
            Summary.Median(runs.Select(run => run.P999)),
            Summary.Median(runs.Select(run => run.Most))
        );
}
