namespace Edge.Primitives;

/// <summary>Where a process's parts report what they counted and measured.</summary>
/// <remarks>Threads: one at a time.</remarks>
public interface IMetricSink
{
    /// <summary>Says what a counter or a gauge is at.</summary>
    /// <param name="metric">Which.</param>
    /// <param name="value">A counter's is what was counted since the start of the process.</param>
    /// <param name="labels">The values of its labels, in their order.</param>
    void Set(Metric metric, double value, params ReadOnlySpan<string> labels);

    /// <summary>Says how a histogram's values were spread since the start of the process.</summary>
    /// <param name="metric">Which.</param>
    /// <param name="values">The values; their limits are the same each time.</param>
    /// <param name="labels">The values of its labels, in their order.</param>
    void Set(Metric metric, Histogram values, params ReadOnlySpan<string> labels);
}
