using System.Text.Json;
using Control.Server.Tests.Support;
using Control.Server.Turn;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Tests.Turn;

/// <summary>TURN credentials of a shared secret.</summary>
public sealed class TurnTests
{
    private const string Keys = "/v1/turn/keys";
    private static readonly TurnSettings Settings = new(
        ["stun:t.example:3478"],
        ["turn:t.example:3478?transport=udp", "turns:t.example:5349?transport=tcp"],
        "north"
    );

    [Theory]
    [InlineData("/v1/turn/keys")]
    [InlineData("/turn/keys")]
    public async Task GenerateIceServers_Ttl_CredentialsThatCoturnChecks(string keys)
    {
        await using var server = await CallsServer.StartAsync(turn: Settings);
        var text = await server.TextAsync(
            201,
            "POST",
            $"{keys}/one/credentials/generate-ice-servers",
            """{"ttl":600,"customIdentifier":"ann"}"""
        );
        var expiry = server.Time.GetUtcNow().ToUnixTimeSeconds() + 600;
        var password = TurnCredential.CreatePassword($"{expiry}:ann", "north");
        Assert.Equal(
            $$"""{"iceServers":[{"urls":["stun:t.example:3478"]},{"urls":["turn:t.example:3478?transport=udp","turns:t.example:5349?transport=tcp"],"username":"{{expiry}}:ann","credential":"{{password}}"}]}""",
            text
        );
    }

    /// <summary>RFC 2202 §3, test case 2, as the one value that no code of ours made.</summary>
    [Fact]
    public void CreatePassword_KnownText_KnownMac() =>
        Assert.Equal(
            Convert.ToBase64String(
                Convert.FromHexString("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
            ),
            TurnCredential.CreatePassword("what do ya want for nothing?", "Jefe")
        );

    [Theory]
    [InlineData("generate-ice-servers", "")]
    [InlineData("generate-ice-servers", "{}")]
    [InlineData("generate", "{}")]
    public async Task Generate_NoTtl_ADayAndAUserOfItsOwn(string verb, string body)
    {
        await using var server = await CallsServer.StartAsync(turn: Settings);
        var path = $"{Keys}/one/credentials/{verb}";
        var first = Server(await server.TextAsync(201, "POST", path, body));
        var second = Server(await server.TextAsync(201, "POST", path, body));
        var name = first.GetProperty("username").GetString()!;
        var expiry = server.Time.GetUtcNow().AddDays(1).ToUnixTimeSeconds();
        Assert.StartsWith($"{expiry}:", name, StringComparison.Ordinal);
        Assert.NotEqual(name, second.GetProperty("username").GetString(), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("""{"ttl":172801}""", "ttl")]
    [InlineData("""{"ttl":0}""", "ttl")]
    [InlineData("""{"ttl":"600"}""", "ttl")]
    [InlineData("""{"customIdentifier":""}""", "customIdentifier")]
    [InlineData("[]", "the body")]
    public async Task Generate_WrongBody_Named(string body, string name)
    {
        await using var server = await CallsServer.StartAsync(turn: Settings);
        var path = $"{Keys}/one/credentials/generate-ice-servers";
        var text = await server.TextAsync(400, "POST", path, body);
        Assert.Contains(name, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_NoTurnServer_ClearErrorAfterTheCredentials()
    {
        await using var server = await CallsServer.StartAsync();
        foreach (var verb in (string[])["generate", "generate-ice-servers"])
        {
            var path = $"{Keys}/one/credentials/{verb}";
            var text = await server.TextAsync(501, "POST", path, "{}");
            Assert.Contains("EDGE_TURN_URLS", text, StringComparison.Ordinal);
            Assert.Contains("turn_not_configured", text, StringComparison.Ordinal);
            await server.TextAsync(401, "POST", path, "{}", bearer: "wrong");
        }
    }

    [Theory]
    [InlineData("one", null)]
    [InlineData("one", "wrong")]
    [InlineData("one", TestServer.OtherSecret)]
    [InlineData("nobody", TestServer.Secret)]
    public async Task Generate_WrongKey_SameAnswer(string key, string? bearer)
    {
        await using var server = await CallsServer.StartAsync(turn: Settings);
        var path = $"{Keys}/{key}/credentials/generate-ice-servers";
        Assert.Equal(
            """{"errorCode":"unauthorized","errorDescription":"The bearer is not the secret of this TURN key, or there is no such key.","retryable":false}""",
            await server.TextAsync(401, "POST", path, "not json", bearer)
        );
    }

    [Fact]
    public async Task Generate_ManyWrongSecrets_TooMany()
    {
        var limits = new CallsLimits { RefusalsPerSecondPerAddress = 1 };
        await using var server = await CallsServer.StartAsync(limits, Settings);
        var path = $"{Keys}/one/credentials/generate";
        for (var guess = 0; guess < 5; guess++)
        {
            await server.TextAsync(401, "POST", path, "{}", $"guess-{guess}");
        }

        await server.TextAsync(429, "POST", path, "{}", "guess");
    }

    [Fact]
    public async Task Revoke_BeforeAndAfterExpiry_TellsTheTruth()
    {
        await using var server = await CallsServer.StartAsync(turn: Settings);
        var text = await server.TextAsync(
            201,
            "POST",
            $"{Keys}/one/credentials/generate-ice-servers",
            """{"ttl":60}"""
        );
        var name = Server(text).GetProperty("username").GetString()!;
        var path = $"{Keys}/one/credentials/{Uri.EscapeDataString(name)}/revoke";
        await server.TextAsync(501, "POST", path);
        server.Time.Advance(TimeSpan.FromMinutes(1));
        await server.TextAsync(204, "POST", path);
        await server.TextAsync(404, "POST", $"{Keys}/one/credentials/somebody/revoke");
    }

    [Fact]
    public async Task Any_WrongMethod_405()
    {
        await using var server = await CallsServer.StartAsync(turn: Settings);
        await server.TextAsync(405, "GET", $"{Keys}/one/credentials/generate");
        using var options = await server.SendAsync("OPTIONS", $"{Keys}/one/credentials/generate");
        Assert.Equal(204, (int)options.StatusCode);
    }

    private static JsonElement Server(string text)
    {
        var servers = JsonDocument.Parse(text).RootElement.GetProperty("iceServers");
        return servers.ValueKind == JsonValueKind.Array ? servers.EnumerateArray().Last() : servers;
    }
}
