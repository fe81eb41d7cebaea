namespace Edge.Primitives;

/// <summary>How a metric behaves over time.</summary>
public enum MetricKind : byte
{
    /// <summary>It only grows, from the start of the process on.</summary>
    Counter,

    /// <summary>What is now.</summary>
    Gauge,

    /// <summary>How values were spread, from the start of the process on.</summary>
    Histogram,
}
