using System.Net;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Telemetry;

/// <summary>What operators are told of requests.</summary>
public sealed class RequestMetricsTests
{
    [Fact]
    public async Task Get_Metrics_RequestsByRouteAndAnswer()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new HttpClient();
        await client.GetAsync(new Uri(server.Url, "readyz"));
        await client.GetAsync(new Uri(server.Url, "readyz"));
        foreach (var name in (string[])["a", "b", "c"])
        {
            await client.PostAsync(new Uri(server.Url, $"v1/apps/{name}/whip/{name}"), null);
            await client.GetAsync(new Uri(server.Url, $"no/such/{name}"));
        }

        using var odd = new HttpRequestMessage(new HttpMethod("FROB"), server.Url);
        await client.SendAsync(odd);

        var lines = await LinesAsync(client, server);

        Assert.Contains(
            "control_http_requests_total{route=\"/readyz\",method=\"GET\",status=\"2xx\",pop=\"local\",node=\"n1\"} 2",
            lines,
            StringComparer.Ordinal
        );
        Assert.Contains(
            lines,
            line =>
                line.StartsWith("control_http_requests_total", StringComparison.Ordinal)
                && line.Contains("whip/{name}\",method=\"POST\",status=\"4xx\"")
                && line.EndsWith(" 3", StringComparison.Ordinal)
        );
        Assert.Contains(
            "control_http_requests_total{route=\"other\",method=\"GET\",status=\"4xx\",pop=\"local\",node=\"n1\"} 3",
            lines,
            StringComparer.Ordinal
        );
        Assert.Contains(
            lines,
            line =>
                line.Contains("method=\"other\"") && line.EndsWith(" 1", StringComparison.Ordinal)
        );
        Assert.Contains(
            "control_http_request_seconds_count{route=\"/readyz\",pop=\"local\",node=\"n1\"} 2",
            lines,
            StringComparer.Ordinal
        );
        Assert.DoesNotContain(lines, line => line.Contains("such"));
    }

    /// <summary>The public addresses are everybody's.</summary>
    [Fact]
    public async Task Get_MetricsOfThePublicAddress_NotThere()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new HttpClient();

        using var answer = await client.GetAsync(new Uri(server.Url, "metrics"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    /// <summary>A Prometheus on another machine reaches the metrics, and may not drain.</summary>
    [Fact]
    public async Task MetricsAddress_AnythingButMetrics_IsNotThere()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new HttpClient { BaseAddress = server.MetricsUrl };

        using var metrics = await client.GetAsync("metrics");
        using var drain = await client.PostAsync("drain", content: null);
        using var api = await client.GetAsync("v1/limits");

        Assert.Equal(HttpStatusCode.OK, metrics.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, drain.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, api.StatusCode);
        Assert.False(server.Drain.IsDraining);
    }

    private static async Task<string[]> LinesAsync(HttpClient client, TestServer server)
    {
        var text = await client.GetStringAsync(new Uri(server.AdminUrl, "metrics"));
        return text.Split('\n');
    }
}
