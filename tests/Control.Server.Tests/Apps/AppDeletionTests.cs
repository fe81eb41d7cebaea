using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Apps;

/// <summary>An app that is deleted has no sessions from then on, whichever API made them.</summary>
public sealed class AppDeletionTests
{
    private const string Apps = "/v1/accounts/me/calls/apps";

    [Fact]
    public async Task DeleteApp_WithSessions_EndsThemAndRefusesItsSecret()
    {
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var (id, secret) = await CreateAppAsync(server);
        for (var count = 0; count < 5; count++)
        {
            await server.CreateSessionAsync(secret, $"/v1/apps/{id}");
        }

        using (var whip = await PublishAsync(server, id, secret))
        {
            Assert.Equal(HttpStatusCode.Created, whip.StatusCode);
        }

        await server.CreateSessionAsync();
        Assert.Equal(1, server.Node.Media.SessionCount);
        await DeleteAppAsync(server, id);
        Assert.Equal("one", Assert.Single(server.Node.Sessions).Key.AppId);
        Assert.Equal(0, server.Node.Media.SessionCount);
        await server.TextAsync(401, "GET", $"/v1/apps/{id}/sessions", bearer: secret);
    }

    /// <summary>A session of the API that was asked for before and made after the deletion.</summary>
    [Fact]
    public async Task NewSession_AppDeletedMeanwhile_EndedAndRefusedLikeAnUnknownApp()
    {
        await using var server = await CallsServer.StartAsync();
        var (id, secret) = await CreateAppAsync(server);
        server.Node.Gate = new TaskCompletionSource();
        var asked = server.TextAsync(401, "POST", $"/v1/apps/{id}/sessions/new", null, secret);
        await WaitAsync(() => !server.Node.Requests.IsEmpty);
        await DeleteAppAsync(server, id);
        server.Node.Gate.SetResult();

        var text = await asked;
        Assert.Empty(server.Node.Sessions);
        var unknown = await server.TextAsync(401, "POST", "/v1/apps/none/sessions/new");
        Assert.Equal(unknown, text);
    }

    [Fact]
    public async Task Publish_AppDeletedMeanwhile_EndedAndRefused()
    {
        await using var server = await CallsServer.StartAsync();
        var (id, secret) = await CreateAppAsync(server);
        server.Node.Media.Gate = new TaskCompletionSource();
        var asked = PublishAsync(server, id, secret);
        await WaitAsync(() => !server.Node.Media.Requests.IsEmpty);
        await DeleteAppAsync(server, id);
        server.Node.Media.Gate.SetResult();

        using var response = await asked;
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(0, server.Node.Media.SessionCount);
    }

    [Fact]
    public async Task ReadEvents_AppDeleted_StreamEnds()
    {
        await using var server = await CallsServer.StartAsync();
        var (id, secret) = await CreateAppAsync(server);
        using var response = await server.SendAsync("GET", $"/v1/apps/{id}/events", bearer: secret);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal(": open", await reader.ReadLineAsync());
        await WaitAsync(() => server.Time.TimerCount > 0);
        await DeleteAppAsync(server, id);
        var rest = reader.ReadToEndAsync();
        server.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal("\n", await rest);
    }

    private static async Task<(string Id, string Secret)> CreateAppAsync(CallsServer server)
    {
        var text = await server.TextAsync(
            201,
            "POST",
            Apps,
            """{"name":"shop"}""",
            CallsServer.OperatorToken
        );
        using var made = JsonDocument.Parse(text);
        var result = made.RootElement.GetProperty("result");
        return (result.GetProperty("uid").GetString()!, result.GetProperty("secret").GetString()!);
    }

    private static Task DeleteAppAsync(CallsServer server, string id) =>
        server.TextAsync(200, "DELETE", $"{Apps}/{id}", null, CallsServer.OperatorToken);

    private static async Task<HttpResponseMessage> PublishAsync(
        CallsServer server,
        string id,
        string secret
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/apps/{id}/whip/cam");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        request.Content = new StringContent(TestServer.Offer);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(TestServer.SdpType);
        return await server.Client.SendAsync(request);
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
