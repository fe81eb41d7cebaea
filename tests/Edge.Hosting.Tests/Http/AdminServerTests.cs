using System.Net;
using Edge.Hosting.Http;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Metrics;
using Edge.Hosting.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Hosting.Tests.Http;

/// <summary>Health and drain of a process that serves no other HTTP.</summary>
public sealed class AdminServerTests
{
    [Fact]
    public async Task Get_Health_ReadyUntilDrained()
    {
        var drain = new DrainState();
        await using var server = await StartAsync(drain);
        using var client = new HttpClient { BaseAddress = server.Url };
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, HttpMethod.Get, "readyz"));
        drain.Begin();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, HttpMethod.Get, "healthz"));
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            await StatusAsync(client, HttpMethod.Get, "readyz")
        );
    }

    [Fact]
    public async Task Get_Health_SaysVersionAndCommit()
    {
        await using var server = await StartAsync(new DrainState());
        using var client = new HttpClient { BaseAddress = server.Url };
        Assert.Matches(
            @"\Aok\nversion \d+\.\d+\.\d+\ncommit ([0-9a-f]{40}(-dirty)?|unknown)\n\z",
            await client.GetStringAsync("healthz")
        );
    }

    [Fact]
    public async Task Post_Drain_Begins()
    {
        var drain = new DrainState();
        await using var server = await StartAsync(drain);
        using var client = new HttpClient { BaseAddress = server.Url };
        Assert.Equal(
            HttpStatusCode.MethodNotAllowed,
            await StatusAsync(client, HttpMethod.Get, "drain")
        );
        Assert.False(drain.IsDraining);
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(client, HttpMethod.Post, "drain"));
        Assert.True(drain.IsDraining);
    }

    /// <summary>A second request may make the deadline earlier, not later.</summary>
    [Fact]
    public async Task Post_DrainWithADeadline_TakenAndOnlyMadeEarlier()
    {
        var drain = new DrainState(TimeSpan.FromSeconds(100), new SetTime());
        await using var server = await StartAsync(drain);
        using var client = new HttpClient { BaseAddress = server.Url };
        (string Query, int Left)[] steps =
        [
            ("?deadline=3600", 3600),
            ("?deadline=50", 50),
            ("?deadline=60", 50),
            ("", 50),
            ("?deadline=0", 0),
        ];
        foreach (var (query, left) in steps)
        {
            Assert.Equal(
                HttpStatusCode.Accepted,
                await StatusAsync(client, HttpMethod.Post, $"drain{query}")
            );
            Assert.Equal(left, drain.Left.TotalSeconds);
        }
    }

    [Theory]
    [InlineData("deadline=")]
    [InlineData("deadline")]
    [InlineData("deadline=-1")]
    [InlineData("deadline=3601")]
    [InlineData("deadline=1.5")]
    [InlineData("deadline=+1")]
    [InlineData("deadline=%201")]
    [InlineData("deadline=99999999999999999999")]
    [InlineData("deadline=1s")]
    [InlineData("deadline=1&deadline=2")]
    [InlineData("Deadline=1")]
    [InlineData("deadlin=1")]
    [InlineData("deadline=1&x=2")]
    public async Task Post_DrainWithWrongWords_ASentenceAndNoDrain(string query)
    {
        var drain = new DrainState();
        await using var server = await StartAsync(drain);
        using var client = new HttpClient { BaseAddress = server.Url };
        using var response = await client.PostAsync($"drain?{query}", content: null);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(
            "deadline",
            await response.Content.ReadAsStringAsync(),
            StringComparison.Ordinal
        );
        Assert.False(drain.IsDraining);
    }

    /// <summary>A Prometheus on another machine reaches the metrics, and may not drain.</summary>
    [Fact]
    public async Task MetricsAddress_AnythingButMetrics_IsNotThere()
    {
        var drain = new DrainState();
        await using var server = await StartAsync(drain);
        using var client = new HttpClient { BaseAddress = server.MetricsUrl };

        Assert.NotEqual(server.Url, server.MetricsUrl);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, HttpMethod.Get, "metrics"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, HttpMethod.Post, "drain"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, HttpMethod.Get, "readyz"));
        Assert.False(drain.IsDraining);
    }

    [Fact]
    public async Task Get_UnknownPath_IsAProblem()
    {
        await using var server = await StartAsync(new DrainState());
        using var client = new HttpClient { BaseAddress = server.Url };
        using var response = await client.GetAsync("v1/limits");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Get_NotReady_AsItSays()
    {
        using var metrics = NoMetrics();
        await using var server = AdminServer.Create(
            new IPEndPoint(IPAddress.Loopback, 0),
            metricsAddress: null,
            new DrainState(),
            metrics,
            NullLoggerFactory.Instance,
            isReady: () => false
        );
        await server.StartAsync(CancellationToken.None);
        using var client = new HttpClient { BaseAddress = server.Url };
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, HttpMethod.Get, "metrics"));
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            await StatusAsync(client, HttpMethod.Get, "readyz")
        );
    }

    private static MetricsPage NoMetrics() =>
        new(new Dictionary<string, string>(StringComparer.Ordinal));

    private static async Task<AdminServer> StartAsync(DrainState drain)
    {
        var address = new IPEndPoint(IPAddress.Loopback, 0);
        var server = AdminServer.Create(
            address,
            new IPEndPoint(IPAddress.Loopback, 0),
            drain,
            NoMetrics(),
            NullLoggerFactory.Instance
        );
        await server.StartAsync(CancellationToken.None);
        return server;
    }

    private static async Task<HttpStatusCode> StatusAsync(
        HttpClient client,
        HttpMethod method,
        string path
    )
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }
}
