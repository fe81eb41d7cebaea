using System.Net;
using System.Text.Json;
using Control.Server.Console;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Console;

/// <summary>The console's files and what it may know.</summary>
public sealed class ConsoleEndpointsTests
{
    [Fact]
    public async Task Get_Page_StrictPolicyAndNothingInline()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.Client.GetAsync(server.Url);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        var html = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("style=\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" onclick", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<style", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_EveryFile_OkThenNotModified()
    {
        await using var server = await TestServer.StartAsync();
        Assert.NotNull(ConsoleAssets.Load().Find("index.html"));
        foreach (var name in ConsoleAssets.Load().Names)
        {
            var url = new Uri(server.Url, $"console/{name}");
            using var response = await server.Client.GetAsync(url);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            using var again = new HttpRequestMessage(HttpMethod.Get, url);
            again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
            using var unchanged = await server.Client.SendAsync(again);
            Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        }
    }

    [Theory]
    [InlineData("console/none.js")]
    [InlineData("console/..%2F..%2Fetc%2Fpasswd")]
    [InlineData("console/%2e%2e/index.html")]
    public async Task Get_NoSuchFile_NotFound(string path)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.Client.GetAsync(new Uri(server.Url, path));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("", "127.0.0.1", "dev-secret")]
    [InlineData("", "localhost:8080", "dev-secret")]
    [InlineData("", "[::1]:8080", "dev-secret")]
    [InlineData("", "rebound.example.com", null)]
    [InlineData("", "127.0.0.1.example.com", null)]
    [InlineData("dev:dev-secret", "127.0.0.1", null)]
    [InlineData("one:private", "127.0.0.1", null)]
    public async Task Get_Defaults_OnlyTheWellKnownSecretAndOnlyToThisMachine(
        string apps,
        string host,
        string? secret
    )
    {
        await using var server = await TestServer.StartAsync(apps);
        using var response = await server.SendAsync(
            HttpMethod.Get,
            "/console/api/defaults",
            change: request => request.Headers.Host = host
        );
        var text = await response.Content.ReadAsStringAsync();
        using var json = JsonDocument.Parse(text);
        Assert.Equal(
            secret,
            json.RootElement.TryGetProperty("secret", out var value) ? value.GetString() : null
        );
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.DoesNotContain("private", text, StringComparison.Ordinal);
    }
}
