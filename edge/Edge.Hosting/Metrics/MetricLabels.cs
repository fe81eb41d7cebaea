using Edge.Hosting.Settings;

namespace Edge.Hosting.Metrics;

/// <summary>What every metric of a process has beside its own labels: where it comes from.</summary>
public static class MetricLabels
{
    /// <summary>The PoP and the node.</summary>
    public static IReadOnlyDictionary<string, string> Of(ProcessSettings process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["pop"] = process.Pop,
            ["node"] = process.Node,
        };
    }
}
