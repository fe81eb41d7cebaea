using Edge.Hosting.Metrics;
using Edge.Primitives;
using Edge.Testing;
using Microsoft.AspNetCore.Http;

namespace Edge.Hosting.Tests.Metrics;

/// <summary>/metrics: what is reported is what is read.</summary>
public sealed class MetricsPageTests
{
    private static readonly Metric Packets = Metric.Counter(
        "sfu_packets_total",
        "Packets.",
        "direction"
    );

    private static readonly Metric Open = Metric.Gauge("sfu_open", "What is \"open\".");

    private static readonly Metric Waits = Metric.Histogram("sfu_wait_seconds", "Waits.", "of");

    private readonly Histogram _waits = new(0.1, 1);
    private double _packets = 1;

    [Theory]
    [InlineData("", "text/plain; version=0.0.4; charset=utf-8", "text")]
    [InlineData("*/*", "text/plain; version=0.0.4; charset=utf-8", "text")]
    [InlineData(
        "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
        "openmetrics"
    )]
    public async Task Get_EachFormat_AsInTheGoldenFile(string accept, string type, string name)
    {
        using var page = CreatePage();
        _waits.Note(0.05);
        _waits.Note(0.5);
        _waits.Note(0.7);
        _waits.Note(7);

        var (context, text) = await AskAsync(page, "GET", accept);

        Assert.Equal(StatusCodes.Status200OK, context.Response.StatusCode);
        Assert.Equal(type, context.Response.ContentType);
        Assert.Equal(text.Length, context.Response.ContentLength);
        Golden.Match($"metrics/page.{name}.txt", text);
    }

    [Fact]
    public async Task Get_Again_WhatIsNewIsAdded()
    {
        using var page = CreatePage();
        _waits.Note(0.05);
        await AskAsync(page, "GET", "");
        _packets = 5;
        _waits.Note(0.01);
        _waits.Note(2);

        var (_, text) = await AskAsync(page, "GET", "");

        Assert.Contains("sfu_packets_total{direction=\"in\",node=\"n1\"} 5\n", text);
        Assert.Contains("sfu_wait_seconds_count{of=\"all\",node=\"n1\"} 3\n", text);
        Assert.Contains("le=\"0.1\"} 2\n", text);
        Assert.Contains("le=\"1\"} 2\n", text);
        Assert.Contains("le=\"+Inf\"} 3\n", text);
        Assert.Contains("sfu_wait_seconds_sum{of=\"all\",node=\"n1\"} 2.06\n", text);
    }

    /// <summary>A reader takes a counter that goes back for a process that was started anew.</summary>
    [Fact]
    public async Task Get_ACounterThatGoesBack_Stays()
    {
        using var page = CreatePage();
        _packets = 5;
        await AskAsync(page, "GET", "");
        _packets = 4;

        var (_, text) = await AskAsync(page, "GET", "");

        Assert.Contains("sfu_packets_total{direction=\"in\",node=\"n1\"} 5\n", text);
    }

    [Fact]
    public async Task Head_NoBody()
    {
        using var page = CreatePage();

        var (context, text) = await AskAsync(page, "HEAD", "");

        Assert.Equal(StatusCodes.Status200OK, context.Response.StatusCode);
        Assert.Equal("", text);
        Assert.True(context.Response.ContentLength > 0);
    }

    [Fact]
    public async Task Post_SaysWhatIsAllowed()
    {
        using var page = CreatePage();

        var (context, _) = await AskAsync(page, "POST", "");

        Assert.Equal(StatusCodes.Status405MethodNotAllowed, context.Response.StatusCode);
        Assert.Equal("GET, HEAD", context.Response.Headers.Allow);
    }

    [Fact]
    public async Task Report_OfTheProcess_SaysWhatItUses()
    {
        var table = new MetricTable();

        await ProcessMetrics.ReportAsync(table, CancellationToken.None);

        Assert.True(table.Of("process_cpu_seconds_total") > 0);
        Assert.True(table.Of("process_resident_memory_bytes") > 1_000_000);
        Assert.True(table.Of("process_open_fds") > 2);
        var started = DateTime.UnixEpoch.AddSeconds(table.Of("process_start_time_seconds"));
        Assert.InRange(started, DateTime.UtcNow.AddDays(-1), DateTime.UtcNow.AddMinutes(1));
    }

    private MetricsPage CreatePage() =>
        new(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["node"] = "n1" },
            (sink, _) =>
            {
                sink.Set(Packets, _packets, "in");
                sink.Set(Open, 2.5);
                sink.Set(Waits, _waits, "all");
                return Task.CompletedTask;
            }
        );

    private static async Task<(HttpContext Context, string Text)> AskAsync(
        MetricsPage page,
        string method,
        string accept
    )
    {
        var body = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Headers.Accept = accept;
        context.Response.Body = body;
        await page.HandleAsync(context);
        return (context, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }
}
