using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Control.Server.Console;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Console;

/// <summary>The console's files and what it may know.</summary>
public sealed partial class ConsoleEndpointsTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/call")]
    public async Task Get_Page_StrictPolicyAndNothingInline(string path)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.Client.GetAsync(new Uri(server.Url, path));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        var html = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("style=\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" onclick", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<style", html, StringComparison.Ordinal);
    }

    /// <summary>The call may be a part of other people's pages; what acts with an app's secret may not.</summary>
    [Theory]
    [InlineData("/", false)]
    [InlineData("/console/index.html", false)]
    [InlineData("/console/main.js", false)]
    [InlineData("/call", true)]
    [InlineData("/console/call/call.html", true)]
    public async Task Get_Page_FramedByOthersOnlyIfItIsTheCall(string path, bool isFramed)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.Client.GetAsync(new Uri(server.Url, path));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        var ancestors = isFramed ? "frame-ancestors *" : "frame-ancestors 'none'";
        Assert.EndsWith(ancestors, policy, StringComparison.Ordinal);
        Assert.Equal(!isFramed, response.Headers.Contains("X-Frame-Options"));
        Assert.Equal(!isFramed, response.Headers.Contains("Cross-Origin-Opener-Policy"));
    }

    [Fact]
    public void Assets_EveryImport_IsThere()
    {
        var assets = ConsoleAssets.Load();
        foreach (var name in assets.Names.Where(IsModule))
        {
            foreach (var import in ImportsOf(assets, name))
            {
                Assert.True(assets.Find(import) is not null, $"{name} imports {import}.");
            }
        }
    }

    /// <summary>The call's page asks for all of its modules at once, instead of one after the other.</summary>
    [Fact]
    public void Assets_ModulesOfTheCall_ArePreloaded()
    {
        var assets = ConsoleAssets.Load();
        var page = Text(assets, "call/call.html");
        var seen = new HashSet<string>(StringComparer.Ordinal) { "call/main.js" };
        var left = new Queue<string>(seen);
        while (left.TryDequeue(out var name))
        {
            Assert.Contains($"/console/{name}\"", page, StringComparison.Ordinal);
            foreach (var import in ImportsOf(assets, name).Where(seen.Add))
            {
                left.Enqueue(import);
            }
        }

        var own = assets.Names.Where(name =>
            IsModule(name) && name.StartsWith("call/", StringComparison.Ordinal)
        );
        Assert.Superset(own.ToHashSet(StringComparer.Ordinal), seen);
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
    [InlineData("console/call/")]
    [InlineData("console/call/none.js")]
    [InlineData("call/main.js")]
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

    private static string Text(ConsoleAssets assets, string name) =>
        Encoding.UTF8.GetString(
            (assets.Find(name) ?? throw new InvalidOperationException($"No {name}.")).Bytes.Span
        );

    private static bool IsModule(string name) => name.EndsWith(".js", StringComparison.Ordinal);

    private static IEnumerable<string> ImportsOf(ConsoleAssets assets, string name) =>
        Imports()
            .Matches(Text(assets, name))
            .Select(import => new Uri(new Uri($"http://x/{name}"), import.Groups["path"].Value))
            .Select(path => path.AbsolutePath[1..]);

    [GeneratedRegex(
        """^(?:import|\}) .*from "(?<path>[^"]+)";$""",
        RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Imports();
}
