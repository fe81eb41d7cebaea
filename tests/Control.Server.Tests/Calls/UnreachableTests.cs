using System.Text.Json;
using Control.Contract.Calls;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Calls;

/// <summary>The owner of a session cannot be reached: that is no news of the session, so nobody is told
/// that it has ended.</summary>
public sealed class UnreachableTests
{
    private static readonly CallsError Error = new(
        CallsErrorCode.Unavailable,
        "The node of this session cannot be reached now.",
        TimeSpan.FromSeconds(3)
    );

    [Theory]
    [InlineData("GET", "")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "/events")]
    public async Task Session_OwnerUnreachable_UnavailableWithRetryAfter(string method, string path)
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync();
        server.Node.Unreachable = Error;

        using var response = await server.SendAsync(method, session + path);

        Assert.Equal(503, (int)response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(3), response.Headers.RetryAfter?.Delta);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(
            "transport_unavailable_error",
            body.RootElement.GetProperty("errorCode").GetString()
        );
        Assert.True(body.RootElement.GetProperty("retryable").GetBoolean());
    }

    /// <summary>Whose the session is cannot be known either.</summary>
    [Fact]
    public async Task Token_OwnerUnreachable_UnavailableNotGone()
    {
        await using var server = await CallsServer.StartAsync();
        var token = server.Sign("\"sub\":\"ann\",\"pull\":true");
        var session = await server.CreateSessionAsync(token);
        server.Node.Unreachable = Error;

        var text = await server.TextAsync(503, "GET", session, bearer: token);

        Assert.Contains("transport_unavailable_error", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sessions")]
    [InlineData("tracks")]
    public async Task List_SomeNodeUnreachable_SaysThatItIsIncomplete(string what)
    {
        await using var server = await CallsServer.StartAsync();
        await server.CreateSessionAsync();
        var whole = await server.TextAsync(200, "GET", $"{CallsServer.App}/{what}");
        server.Node.Unreachable = Error;
        var part = await server.TextAsync(200, "GET", $"{CallsServer.App}/{what}");

        Assert.DoesNotContain("incomplete", whole, StringComparison.Ordinal);
        Assert.Contains("\"incomplete\":true", part, StringComparison.Ordinal);
    }
}
