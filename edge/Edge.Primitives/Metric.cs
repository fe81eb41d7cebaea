using System.Collections.Immutable;

namespace Edge.Primitives;

/// <summary>Something that a process counts or measures for its operators.</summary>
/// <remarks>Labels take values of a set that is known when the program is built, or that the configuration bounds; never ids,
/// names or addresses of clients.</remarks>
public sealed class Metric
{
    private Metric(MetricKind kind, string name, string help, ReadOnlySpan<string> labels)
    {
        Kind = kind;
        Name = name;
        Help = help;
        Labels = [.. labels];
    }

    /// <summary>How it behaves.</summary>
    public MetricKind Kind { get; }

    /// <summary>Its name, with the unit; a counter's ends in _total.</summary>
    public string Name { get; }

    /// <summary>What it says, in a sentence for operators.</summary>
    public string Help { get; }

    /// <summary>The names of its labels.</summary>
    public ImmutableArray<string> Labels { get; }

    /// <summary>A number that only grows.</summary>
    public static Metric Counter(string name, string help, params ReadOnlySpan<string> labels) =>
        new(MetricKind.Counter, name, help, labels);

    /// <summary>A number of now.</summary>
    public static Metric Gauge(string name, string help, params ReadOnlySpan<string> labels) =>
        new(MetricKind.Gauge, name, help, labels);

    /// <summary>How values were spread.</summary>
    public static Metric Histogram(string name, string help, params ReadOnlySpan<string> labels) =>
        new(MetricKind.Histogram, name, help, labels);
}
