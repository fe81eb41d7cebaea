using System.Collections.Concurrent;
using Edge.Primitives;

namespace Control.Server.Telemetry;

/// <summary>Counts the requests of the public addresses: by route, method and class of the answer.</summary>
/// <remarks>Bounded: labels are the routes of this program, its methods and five classes; whatever else is asked for is
/// "other". Threads: any.</remarks>
internal sealed class RequestMetrics(TimeProvider time)
{
    private const string Other = "other";

    private static readonly Metric Requests = Metric.Counter(
        "control_http_requests_total",
        "Requests that were answered.",
        "route",
        "method",
        "status"
    );

    private static readonly Metric Seconds = Metric.Histogram(
        "control_http_request_seconds",
        "Time from a request to the end of its answer, without streams of events.",
        "route"
    );

    private readonly ConcurrentDictionary<(string Route, string Method, int Class), long> _counts =
        new();

    private readonly ConcurrentDictionary<string, Histogram> _seconds = new(StringComparer.Ordinal);

    /// <summary>Runs the rest of the pipeline, and counts what came of it.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var began = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            Count(context, time.GetElapsedTime(began));
        }
    }

    /// <summary>Reports them.</summary>
    public Task ReportAsync(IMetricSink sink, CancellationToken cancellation)
    {
        foreach (var ((route, method, status), count) in _counts)
        {
            sink.Set(Requests, count, route, method, $"{status}xx");
        }

        foreach (var (route, seconds) in _seconds)
        {
            lock (seconds)
            {
                sink.Set(Seconds, seconds, route);
            }
        }

        return Task.CompletedTask;
    }

    private static Histogram NewSeconds() =>
        new(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);

    private static string RouteOf(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint { Order: < int.MaxValue } endpoint
            ? endpoint.RoutePattern.RawText ?? Other
            : Other;

    private static string MethodOf(string method) =>
        method is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS"
            ? method
            : Other;

    private void Count(HttpContext context, TimeSpan took)
    {
        var route = RouteOf(context);
        var key = (route, MethodOf(context.Request.Method), context.Response.StatusCode / 100);
        _counts.AddOrUpdate(key, 1, (_, count) => count + 1);
        if (context.Response.ContentType is "text/event-stream")
        {
            return;
        }

        var seconds = _seconds.GetOrAdd(route, _ => NewSeconds());
        lock (seconds)
        {
            seconds.Note(took.TotalSeconds);
        }
    }
}
