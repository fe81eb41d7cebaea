using System.Text.Json;
using Control.Contract.Calls;
using Control.Server.Tests.Support;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Tests.Calls;

/// <summary>Limits: counted, published, and said with a wait.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task Session_OverItsRate_TooManyForItAlone()
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync();
        var other = await server.CreateSessionAsync();
        for (var request = 0; request < 50; request++)
        {
            await server.TextAsync(200, "GET", session);
        }

        using var response = await server.SendAsync("GET", session);
        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(
            """{"errorCode":"too_many_requests","errorDescription":"Too many requests; wait, then go on.","retryable":true,"retryAfterMs":20}""",
            text
        );
        await server.TextAsync(200, "GET", other);
        server.Time.Advance(TimeSpan.FromMilliseconds(20));
        await server.TextAsync(200, "GET", session);
    }

    [Fact]
    public async Task App_OverItsRate_TooManyForItAlone()
    {
        var limits = new CallsLimits { RequestsPerSecondPerApp = 2 };
        await using var server = await CallsServer.StartAsync(limits);
        for (var request = 0; request < 4; request++)
        {
            await server.TextAsync(200, "GET", "/v1/apps/one/sessions");
        }

        await server.TextAsync(429, "GET", "/v1/apps/one/sessions");
        await server.TextAsync(200, "GET", "/v1/apps/two/sessions", bearer: TestServer.OtherSecret);
    }

    /// <summary>Guessing is limited by address; who has the right credentials is not held up by it
    /// before that limit, however many requests come from one address.</summary>
    [Fact]
    public async Task Refusals_OverTheirRate_TooManyAndTheRightSecretComesThrough()
    {
        var limits = CallsServer.Wide with { RefusalsPerSecondPerAddress = 1 };
        await using var server = await CallsServer.StartAsync(limits);
        for (var request = 0; request < 20; request++)
        {
            await server.TextAsync(200, "GET", "/v1/apps/one/sessions");
        }

        for (var request = 0; request < 5; request++)
        {
            await server.TextAsync(401, "GET", "/v1/apps/one/sessions", bearer: "guess");
        }

        await server.TextAsync(429, "GET", "/v1/apps/one/sessions", bearer: "guess");
        // Whoever guesses from an office, or from behind a proxy, shuts nobody else out.
        await server.TextAsync(200, "GET", "/v1/apps/one/sessions");
        server.Time.Advance(TimeSpan.FromSeconds(1));
        await server.TextAsync(401, "GET", "/v1/apps/one/sessions", bearer: "guess");
    }

    /// <summary>A storm of clients without jitter is told waits that spread it.</summary>
    [Fact]
    public async Task NewSessions_InAStorm_SpreadOverTheTimeTheyNeed()
    {
        var limits = CallsServer.Wide with { NewSessionsPerSecond = 10 };
        await using var server = await CallsServer.StartAsync(limits);
        for (var made = 0; made < 20; made++)
        {
            await server.CreateSessionAsync();
        }

        var waits = new List<long>();
        for (var refused = 0; refused < 100; refused++)
        {
            using var response = await server.SendAsync("POST", "/v1/apps/one/sessions/new");
            Assert.Equal(429, (int)response.StatusCode);
            using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            var wait = document.RootElement.GetProperty("retryAfterMs").GetInt64();
            Assert.Equal(
                Math.Ceiling(wait / 1000.0),
                response.Headers.RetryAfter?.Delta?.TotalSeconds
            );
            waits.Add(wait);
        }

        // 100 are waiting and 10 a second get in, so the last ones are sent away for up to 11 seconds.
        Assert.All(waits, wait => Assert.InRange(wait, 1000, 11_000));
        Assert.True(waits.Max() > 5000, $"{waits.Max()}");
        Assert.True(waits.Distinct().Count() > 90, "The waits are all alike.");
        server.Time.Advance(TimeSpan.FromMilliseconds(100));
        await server.CreateSessionAsync();
    }

    [Fact]
    public async Task NewSession_WhileDraining_UnavailableWithAWait()
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync();
        server.Drain.Begin();
        using var response = await server.SendAsync("POST", "/v1/apps/one/sessions/new");
        Assert.Equal(503, (int)response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter?.Delta);
        await server.TextAsync(200, "GET", session);
    }

    [Theory]
    [InlineData(CallsErrorCode.InvalidParams, 406, "invalid_params", false)]
    [InlineData(
        CallsErrorCode.InvalidSessionDescription,
        406,
        "invalid_session_description",
        false
    )]
    [InlineData(CallsErrorCode.SessionConnecting, 425, "session_error", true)]
    [InlineData(CallsErrorCode.SessionGone, 410, "session_error", false)]
    [InlineData(CallsErrorCode.Overloaded, 503, "temporarily_unavailable_error", true)]
    [InlineData(CallsErrorCode.Unavailable, 503, "transport_unavailable_error", true)]
    public async Task Node_Refuses_StatusCodeAndWait(
        CallsErrorCode code,
        int status,
        string name,
        bool isRetryable
    )
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync();
        server.Node.NextError = new CallsError(code, "Because.", TimeSpan.FromMilliseconds(1500));
        using var response = await server.SendAsync(
            "POST",
            $"{session}/tracks/new",
            """{"tracks":[{"location":"remote","sessionId":"S","trackName":"cam"}]}"""
        );
        Assert.Equal(status, (int)response.StatusCode);
        var flag = isRetryable ? "true,\"retryAfterMs\":1500" : "false";
        Assert.Equal(
            $$"""{"errorCode":"{{name}}","errorDescription":"Because.","retryable":{{flag}},"tracks":[]}""",
            await response.Content.ReadAsStringAsync()
        );
        var seconds = response.Headers.RetryAfter?.Delta?.TotalSeconds;
        Assert.Equal(isRetryable ? 2 : null, seconds);
    }

    /// <summary>A node that hangs, and does not look at its token, does not hold the answer.</summary>
    [Fact]
    public async Task Node_DoesNotAnswer_UnavailableAfterTheLimit()
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync();
        server.Node.Gate = new TaskCompletionSource();
        var timers = server.Time.TimerCount;
        var answer = server.SendAsync(
            "PUT",
            $"{session}/tracks/update",
            """{"tracks":[{"mid":"0"}]}"""
        );
        await WaitAsync(() => server.Node.Requests.Count == 2 && server.Time.TimerCount > timers);
        server.Time.Advance(TimeSpan.FromSeconds(30));
        using var response = await answer;
        Assert.Equal(503, (int)response.StatusCode);
        server.Node.Gate.SetResult();
    }

    [Fact]
    public async Task ReadLimits_WithoutCredentials_ThoseInForce()
    {
        await using var server = await CallsServer.StartAsync(
            new CallsLimits { TracksPerRequest = 8 }
        );
        var text = await server.TextAsync(200, "GET", "/v1/limits", bearer: null);
        using var document = JsonDocument.Parse(text);
        var limits = document.RootElement;
        Assert.Equal(8, limits.GetProperty("tracksPerRequest").GetInt32());
        Assert.Equal(50, limits.GetProperty("requestsPerSecondPerSession").GetInt32());
        Assert.Equal(5000, limits.GetProperty("connectWaitMs").GetInt32());
        Assert.Equal(30_000, limits.GetProperty("trackIdleMs").GetInt32());
    }

    /// <summary>Every limit of the record is in the table by which it is set and published.</summary>
    [Fact]
    public void All_EveryLimit_InTheTableUnderItsName()
    {
        var names = typeof(CallsLimits)
            .GetProperties()
            .Where(property => property.PropertyType == typeof(int))
            .Select(property => property.Name)
            .Concat(typeof(CallsNodeLimits).GetProperties().Select(time => time.Name + "Ms"))
            .Select(name => char.ToLowerInvariant(name[0]) + name[1..])
            .Order(StringComparer.Ordinal);
        Assert.Equal(
            names,
            CallsLimits.All.Select(limit => limit.Name).Order(StringComparer.Ordinal)
        );
        var defaults = new CallsLimits();
        foreach (var limit in CallsLimits.All)
        {
            var value = limit.Read(defaults);
            Assert.InRange(value, limit.Min, limit.Max);
            var other = value == limit.Max ? limit.Min : limit.Max;
            var changed = limit.Change(defaults, other);
            Assert.Equal(other, limit.Read(changed));
            Assert.Equal(defaults, limit.Change(changed, value));
        }
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(5, limit.Token);
        }
    }
}
