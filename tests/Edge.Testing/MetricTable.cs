using System.Globalization;
using Edge.Primitives;

namespace Edge.Testing;

/// <summary>Keeps what was reported: the last value of each series.</summary>
public sealed class MetricTable : IMetricSink
{
    private readonly SortedDictionary<string, double> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _counters = new(StringComparer.Ordinal);

    /// <summary>The series, as in "name{a,b}", in order.</summary>
    public IReadOnlyCollection<string> Series => _values.Keys;

    /// <summary>Series that never go back.</summary>
    public IReadOnlyCollection<string> Counters => _counters;

    /// <summary>The value of a series.</summary>
    /// <param name="name">The metric; of a histogram, the number of values with _count.</param>
    /// <param name="labels">The values of its labels.</param>
    public double Of(string name, params ReadOnlySpan<string> labels) =>
        _values[KeyOf(name, labels)];

    /// <inheritdoc/>
    public void Set(Metric metric, double value, params ReadOnlySpan<string> labels)
    {
        ArgumentNullException.ThrowIfNull(metric);
        var key = Keep(metric, metric.Name, value, labels);
        if (metric.Kind == MetricKind.Counter)
        {
            _counters.Add(key);
        }
    }

    /// <inheritdoc/>
    public void Set(Metric metric, Histogram values, params ReadOnlySpan<string> labels)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(values);
        var count = 0L;
        foreach (var each in values.Counts)
        {
            count += each;
        }

        _counters.Add(Keep(metric, $"{metric.Name}_count", count, labels));
    }

    /// <summary>One line a series, in order.</summary>
    public override string ToString() =>
        string.Concat(
            _values.Select(pair =>
                string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}\n")
            )
        );

    private static string KeyOf(string name, ReadOnlySpan<string> labels) =>
        labels.IsEmpty ? name : $"{name}{{{string.Join(',', labels!)}}}";

    private string Keep(Metric metric, string name, double value, ReadOnlySpan<string> labels)
    {
        if (labels.Length != metric.Labels.Length)
        {
            throw new TestingException($"{name} has {metric.Labels.Length} labels.");
        }

        var key = KeyOf(name, labels);
        _values[key] = value;
        return key;
    }
}
