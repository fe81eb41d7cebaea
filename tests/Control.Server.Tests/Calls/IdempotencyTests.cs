using Control.Contract.Calls;
using Control.Server.Tests.Support;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Tests.Calls;

/// <summary>A lost answer can be asked for again.</summary>
public sealed class IdempotencyTests
{
    private const string New = "/v1/apps/one/sessions/new";

    [Fact]
    public async Task SameKeyAndBody_FirstAnswerAgain()
    {
        await using var server = await CallsServer.StartAsync();
        var first = await server.TextAsync(201, "POST", New, key: "k1");
        using var again = await server.SendAsync("POST", New, key: "k1");
        Assert.Equal(201, (int)again.StatusCode);
        Assert.Equal(first, await again.Content.ReadAsStringAsync());
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Single(server.Node.Requests);
        Assert.NotEqual(
            first,
            await server.TextAsync(201, "POST", New, key: "k2"),
            StringComparer.Ordinal
        );
        Assert.NotEqual(first, await server.TextAsync(201, "POST", New), StringComparer.Ordinal);
    }

    [Fact]
    public async Task SameKey_OtherBodyOrQuery_Refused()
    {
        await using var server = await CallsServer.StartAsync();
        await server.TextAsync(201, "POST", New, key: "k1");
        foreach (
            var (path, body) in (IEnumerable<(string, string)>)
                [(New, "{}"), (New + "?thirdparty=1", "")]
        )
        {
            var text = await server.TextAsync(422, "POST", path, body, key: "k1");
            Assert.Contains("idempotency_key_reused", text, StringComparison.Ordinal);
        }

        Assert.Single(server.Node.Requests);
    }

    [Fact]
    public async Task SameKey_OtherCallerPathOrApp_OfTheirOwn()
    {
        await using var server = await CallsServer.StartAsync();
        var token = server.Sign("\"sub\":\"ann\",\"pull\":true");
        var answers = new HashSet<string>(StringComparer.Ordinal)
        {
            await server.TextAsync(201, "POST", New, key: "k1"),
            await server.TextAsync(201, "POST", New, bearer: token, key: "k1"),
            await server.TextAsync(
                201,
                "POST",
                "/v1/apps/two/sessions/new",
                bearer: TestServer.OtherSecret,
                key: "k1"
            ),
        };
        Assert.Equal(3, answers.Count);
        var session = await server.CreateSessionAsync();
        Assert.Equal("{}", await server.TextAsync(200, "DELETE", session, key: "k1"));
        Assert.Equal("{}", await server.TextAsync(200, "DELETE", session, key: "k1"));
    }

    [Fact]
    public async Task SameKey_WhileTheFirstIsAtWork_WaitsForItsAnswer()
    {
        await using var server = await CallsServer.StartAsync();
        server.Node.Gate = new TaskCompletionSource();
        var first = server.TextAsync(201, "POST", New, key: "k1");
        await WaitAsync(() => server.Node.Requests.Count == 1);
        var second = server.TextAsync(201, "POST", New, key: "k1");
        await server.TextAsync(200, "GET", "/v1/apps/one/sessions");
        server.Node.Gate.SetResult();
        Assert.Equal(await first, await second);
        Assert.Single(server.Node.Requests);
    }

    [Fact]
    public async Task ClientGone_WorkGoesOnAndTheAnswerIsKept()
    {
        await using var server = await CallsServer.StartAsync();
        server.Node.Gate = new TaskCompletionSource();
        using var gone = new CancellationTokenSource();
        var first = server.SendAsync("POST", New, key: "k1", cancellation: gone.Token);
        await WaitAsync(() => server.Node.Requests.Count == 1);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        server.Node.Gate.SetResult();
        await server.TextAsync(201, "POST", New, key: "k1");
        Assert.Single(server.Node.Requests);
        Assert.Single(server.Node.Sessions);
    }

    [Fact]
    public async Task ClientGone_WithoutAKey_SessionIsEnded()
    {
        await using var server = await CallsServer.StartAsync();
        server.Node.Gate = new TaskCompletionSource();
        using var gone = new CancellationTokenSource();
        var first = server.SendAsync("POST", New, cancellation: gone.Token);
        await WaitAsync(() => server.Node.Requests.Count == 1);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await WaitAsync(() => server.Node.LastCancellation.IsCancellationRequested);
        server.Node.Gate.SetResult();
        await WaitAsync(() => server.Node.Created == 1);
        await WaitAsync(() => server.Node.Sessions.IsEmpty);
    }

    [Theory]
    [InlineData(CallsErrorCode.SessionConnecting, 425)]
    [InlineData(CallsErrorCode.Overloaded, 503)]
    public async Task AnswerThatPasses_NotKept(CallsErrorCode code, int status)
    {
        await using var server = await CallsServer.StartAsync();
        server.Node.NextError = new CallsError(code, "Not now.");
        await server.TextAsync(status, "POST", New, key: "k1");
        server.Node.NextError = null;
        await server.TextAsync(201, "POST", New, key: "k1");
    }

    [Fact]
    public async Task AnswerThatStays_Kept()
    {
        await using var server = await CallsServer.StartAsync();
        server.Node.NextError = new CallsError(CallsErrorCode.InvalidSessionDescription, "No.");
        await server.TextAsync(406, "POST", New, key: "k1");
        server.Node.NextError = null;
        await server.TextAsync(406, "POST", New, key: "k1");
    }

    [Fact]
    public async Task Store_FullOrLate_ForgetsTheOldest()
    {
        var limits = new CallsLimits { IdempotencyKeys = 2 };
        await using var server = await CallsServer.StartAsync(limits);
        var first = await server.TextAsync(201, "POST", New, key: "k1");
        var second = await server.TextAsync(201, "POST", New, key: "k2");
        var third = await server.TextAsync(201, "POST", New, key: "k3");
        Assert.Equal(third, await server.TextAsync(201, "POST", New, key: "k3"));
        Assert.NotEqual(
            first,
            await server.TextAsync(201, "POST", New, key: "k1"),
            StringComparer.Ordinal
        );
        server.Time.Advance(TimeSpan.FromSeconds(600));
        Assert.NotEqual(
            third,
            await server.TextAsync(201, "POST", New, key: "k3"),
            StringComparer.Ordinal
        );
        Assert.NotEqual(first, second, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Key_EmptyOrVeryLong_Refused()
    {
        await using var server = await CallsServer.StartAsync();
        var text = await server.TextAsync(400, "POST", New, key: new string('k', 256));
        Assert.Contains("Idempotency-Key", text, StringComparison.Ordinal);
        Assert.Empty(server.Node.Requests);
    }

    [Fact]
    public async Task Bug_EveryWaiterLearnsOfIt_AndItIsNotKept()
    {
        await using var server = await CallsServer.StartAsync();
        server.Node.Bug = new InvalidOperationException("bug");
        await server.TextAsync(500, "POST", New, key: "k1");
        server.Node.Bug = null;
        await server.TextAsync(201, "POST", New, key: "k1");
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
