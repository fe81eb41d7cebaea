using Edge.Hosting.Lifetime;
using Edge.Primitives;

namespace Edge.Hosting.Metrics;

/// <summary>Whether a process is on its way out.</summary>
public static class DrainMetrics
{
    private static readonly Metric Draining = Metric.Gauge(
        "edge_draining",
        "1 while the process drains."
    );

    private static readonly Metric Left = Metric.Gauge(
        "edge_drain_left_seconds",
        "How long the drain may still last; while there is none, how long one would."
    );

    /// <summary>Reports them.</summary>
    public static Task ReportAsync(DrainState drain, IMetricSink sink)
    {
        ArgumentNullException.ThrowIfNull(drain);
        ArgumentNullException.ThrowIfNull(sink);
        sink.Set(Draining, drain.IsDraining ? 1 : 0);
        sink.Set(Left, drain.Left.TotalSeconds);
        return Task.CompletedTask;
    }
}
