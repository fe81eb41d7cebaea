using System.Collections.Immutable;
using Edge.Primitives;
using Prometheus;
using Histogram = Edge.Primitives.Histogram;

namespace Edge.Hosting.Metrics;

/// <summary>Keeps what was reported in prometheus-net's registry, which writes it in the formats that scrapers ask for.</summary>
/// <remarks>The one place that knows that library. Threads: one at a time.</remarks>
internal sealed class PrometheusSink : IMetricSink
{
    private readonly CollectorRegistry _registry = new();
    private readonly MetricFactory _factory;
    private readonly Dictionary<Metric, Counter> _counters = [];
    private readonly Dictionary<Metric, Gauge> _gauges = [];
    private readonly Dictionary<Metric, Spread> _spreads = [];

    /// <summary>Makes an empty one.</summary>
    /// <param name="labels">What each metric has beside its own labels.</param>
    public PrometheusSink(IReadOnlyDictionary<string, string> labels)
    {
        _registry.SetStaticLabels(new Dictionary<string, string>(labels, StringComparer.Ordinal));
        _factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        // They would be taken from an activity, of which there is none.
        _factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
    }

    /// <inheritdoc/>
    public void Set(Metric metric, double value, params ReadOnlySpan<string> labels)
    {
        ArgumentNullException.ThrowIfNull(metric);
        if (metric.Kind == MetricKind.Counter)
        {
            CounterOf(metric).WithLabels(labels.ToArray()).IncTo(value);
        }
        else if (metric.Kind == MetricKind.Gauge)
        {
            GaugeOf(metric).WithLabels(labels.ToArray()).Set(value);
        }
        else
        {
            throw new ArgumentException($"{metric.Name} is more than a number.", nameof(metric));
        }
    }

    /// <inheritdoc/>
    public void Set(Metric metric, Histogram values, params ReadOnlySpan<string> labels)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(values);
        if (metric.Kind != MetricKind.Histogram)
        {
            throw new ArgumentException($"{metric.Name} is a number.", nameof(metric));
        }

        if (!_spreads.TryGetValue(metric, out var spread))
        {
            spread = new Spread(
                _factory.CreateHistogram(
                    metric.Name,
                    metric.Help,
                    [.. metric.Labels],
                    new HistogramConfiguration { Buckets = [.. values.Limits] }
                )
            );
            _spreads.Add(metric, spread);
        }

        spread.Bring(values, labels.ToArray());
    }

    /// <summary>Writes all that was reported.</summary>
    public Task WriteAsync(Stream to, ExpositionFormat format, CancellationToken cancellation) =>
        _registry.CollectAndExportAsTextAsync(to, format, cancellation);

    private Counter CounterOf(Metric metric)
    {
        if (!_counters.TryGetValue(metric, out var counter))
        {
            counter = _factory.CreateCounter(metric.Name, metric.Help, [.. metric.Labels]);
            _counters.Add(metric, counter);
        }

        return counter;
    }

    private Gauge GaugeOf(Metric metric)
    {
        if (!_gauges.TryGetValue(metric, out var gauge))
        {
            gauge = _factory.CreateGauge(metric.Name, metric.Help, [.. metric.Labels]);
            _gauges.Add(metric, gauge);
        }

        return gauge;
    }

    /// <summary>A histogram, which takes values only, and how much of what was counted elsewhere it has.</summary>
    private sealed class Spread(Prometheus.Histogram histogram)
    {
        private readonly Dictionary<string, (long[] Counts, double[] Sums)> _had = new(
            StringComparer.Ordinal
        );

        /// <summary>Gives it what it has not: of each limit as many values as are new, each as high as they are on average, so
        /// that their number and their sum are right.</summary>
        public void Bring(Histogram values, string[] labels)
        {
            var key = string.Join('\n', labels);
            if (!_had.TryGetValue(key, out var had))
            {
                had = (new long[values.Counts.Length], new double[values.Counts.Length]);
                _had.Add(key, had);
            }

            var child = histogram.WithLabels(labels);
            for (var index = 0; index < values.Counts.Length; index++)
            {
                var count = values.Counts[index] - had.Counts[index];
                if (count > 0)
                {
                    // The sum may be of a value more than the count, or less: another thread writes both.
                    child.Observe(
                        Within(
                            values.Limits,
                            index,
                            (values.Sums[index] - had.Sums[index]) / count
                        ),
                        count
                    );
                    had.Counts[index] += count;
                    had.Sums[index] = values.Sums[index];
                }
            }
        }

        private static double Within(ImmutableArray<double> limits, int index, double value) =>
            index == limits.Length ? Math.Max(value, Math.BitIncrement(limits[^1]))
            : index == 0 ? Math.Min(value, limits[0])
            : Math.Clamp(value, Math.BitIncrement(limits[index - 1]), limits[index]);
    }
}
