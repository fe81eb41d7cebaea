using Edge.Hosting.Http;
using Edge.Primitives;
using Microsoft.AspNetCore.Http;
using Prometheus;

namespace Edge.Hosting.Metrics;

/// <summary>/metrics on EDGE_ADMIN: what the parts of the process report at the moment of the request.</summary>
/// <remarks>Source: OpenMetrics 1.0 for who asks for it, else the Prometheus text format 0.0.4. Threads: any; one request
/// after the other.</remarks>
public sealed class MetricsPage : IDisposable
{
    private const string OpenMetricsType =
        "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private const string TextType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly PrometheusSink _sink;
    private readonly Func<IMetricSink, CancellationToken, Task>[] _reports;
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Makes the page.</summary>
    /// <param name="labels">What each metric has beside its own labels.</param>
    /// <param name="reports">The parts, which say what they counted.</param>
    public MetricsPage(
        IReadOnlyDictionary<string, string> labels,
        params ReadOnlySpan<Func<IMetricSink, CancellationToken, Task>> reports
    )
    {
        ArgumentNullException.ThrowIfNull(labels);
        _sink = new PrometheusSink(labels);
        _reports = reports.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <summary>Answers.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Headers.CacheControl = "no-store";
        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            await Responses.WriteMethodNotAllowedAsync(context, "GET, HEAD");
            return;
        }

        var isOpen = WantsOpenMetrics(request);
        context.Response.Headers.Vary = "Accept";
        context.Response.ContentType = isOpen ? OpenMetricsType : TextType;
        using var text = await WriteAsync(
            isOpen ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText,
            context.RequestAborted
        );
        context.Response.ContentLength = text.Length;
        if (!HttpMethods.IsHead(request.Method))
        {
            await text.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }

    private static bool WantsOpenMetrics(HttpRequest request) =>
        request.Headers.Accept.Any(each =>
            each?.Contains("application/openmetrics-text", StringComparison.OrdinalIgnoreCase)
            == true
        );

    private async Task<MemoryStream> WriteAsync(
        ExpositionFormat format,
        CancellationToken cancellation
    )
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            foreach (var report in _reports)
            {
                await report(_sink, cancellation);
            }

            var text = new MemoryStream();
            await _sink.WriteAsync(text, format, cancellation);
            text.Position = 0;
            return text;
        }
        finally
        {
            _turn.Release();
        }
    }
}
