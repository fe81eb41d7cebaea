using System.Diagnostics;
using Edge.Hosting.Lifetime;
using Edge.Primitives;

namespace Edge.Hosting.Metrics;

/// <summary>What every process says of itself, by the names that Prometheus' own libraries use.</summary>
/// <remarks>Source: Prometheus, "Writing client libraries", Process metrics; proc(5).</remarks>
public static class ProcessMetrics
{
    private static readonly Metric Build = Metric.Gauge(
        "edge_build_info",
        "1; the version that runs, and the commit that it was built from.",
        "version",
        "commit"
    );

    private static readonly Metric Cpu = Metric.Counter(
        "process_cpu_seconds_total",
        "Processor time of all threads, in user and system mode."
    );

    private static readonly Metric Resident = Metric.Gauge(
        "process_resident_memory_bytes",
        "Memory that is in use of the machine's."
    );

    private static readonly Metric Started = Metric.Gauge(
        "process_start_time_seconds",
        "When the process was started, in seconds since 1970."
    );

    private static readonly Metric Descriptors = Metric.Gauge(
        "process_open_fds",
        "Open files and sockets."
    );

    private static readonly Metric Threads = Metric.Gauge("process_threads", "Threads.");

    private static readonly Metric Collections = Metric.Counter(
        "dotnet_gc_collections_total",
        "Garbage collections.",
        "generation"
    );

    private static readonly Metric Pause = Metric.Counter(
        "dotnet_gc_pause_seconds_total",
        "Time in which garbage collections stopped all threads."
    );

    private static readonly Metric Heap = Metric.Gauge(
        "dotnet_gc_heap_bytes",
        "Size of the garbage-collected heap."
    );

    private static readonly Metric Queue = Metric.Gauge(
        "dotnet_threadpool_queue_length",
        "Work that waits for a thread of the pool."
    );

    /// <summary>Reports them.</summary>
    public static Task ReportAsync(IMetricSink sink, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sink);
        using var process = Process.GetCurrentProcess();
        sink.Set(Build, 1, ProcessVersion.Text, ProcessVersion.Commit);
        sink.Set(Cpu, process.TotalProcessorTime.TotalSeconds);
        sink.Set(Resident, process.WorkingSet64);
        var started = process.StartTime.ToUniversalTime() - DateTime.UnixEpoch;
        sink.Set(Started, started.TotalSeconds);
        sink.Set(Descriptors, Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
        sink.Set(Threads, process.Threads.Count);
        string[] generations = ["0", "1", "2"];
        for (var generation = 0; generation < generations.Length; generation++)
        {
            sink.Set(Collections, GC.CollectionCount(generation), generations[generation]);
        }

        sink.Set(Pause, GC.GetTotalPauseDuration().TotalSeconds);
        sink.Set(Heap, GC.GetTotalMemory(forceFullCollection: false));
        sink.Set(Queue, ThreadPool.PendingWorkItemCount);
        return Task.CompletedTask;
    }
}
