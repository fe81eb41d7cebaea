using System.Text.Json;
using Control.Server.Apps;
using Control.Server.Apps.Credentials;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Calls;

/// <summary>Tokens that the server signs and takes back.</summary>
public sealed class TokenTests
{
    private const string Path = "/v1/apps/one/tokens";

    [Fact]
    public async Task NewToken_EveryClaim_AsAsked()
    {
        await using var server = await CallsServer.StartAsync();
        var answer = await NewAsync(
            server,
            """{"ttl":60,"publish":["cam","mic"],"pull":true,"session":"s","subject":"ann","group":"room","invite":true,"stream":"cam","action":"play"}"""
        );
        var claims = AppToken.TryRead(Text(answer, "token"), TestServer.Secret);
        var expected = new AppTokenClaims("one", server.Time.GetUtcNow().ToUnixTimeSeconds() + 60)
        {
            Id = Text(answer, "tokenId"),
            Subject = "ann",
            Session = "s",
            Group = "room",
            IsInvitation = true,
            Publish = new TokenNames(false, ["cam", "mic"]),
            Pull = TokenNames.All,
            Stream = "cam",
            Action = "play",
        };
        Assert.Equal(expected, claims);
        Assert.Equal(expected.ExpiresAt, answer.GetProperty("expiresAt").GetInt64());
    }

    [Theory]
    [InlineData("""{"ttl":60}""", 406)]
    [InlineData("""{"ttl":60,"publish":false,"pull":[]}""", 406)]
    [InlineData("""{"ttl":60,"stream":"cam"}""", 406)]
    [InlineData("""{"ttl":60,"action":"play"}""", 406)]
    [InlineData("""{"pull":true}""", 400)]
    [InlineData("""{"ttl":0,"pull":true}""", 400)]
    [InlineData("""{"ttl":99999999,"pull":true}""", 400)]
    [InlineData("""{"ttl":60,"pull":"S"}""", 400)]
    [InlineData("""{"ttl":60,"publish":[1]}""", 400)]
    public async Task NewToken_WithoutGrantOrWrong_Refused(string body, int status)
    {
        await using var server = await CallsServer.StartAsync();
        await server.TextAsync(status, "POST", Path, body);
    }

    [Fact]
    public async Task NewToken_NamesTooLongForAToken_Refused()
    {
        await using var server = await CallsServer.StartAsync();
        var names = string.Join(',', Enumerable.Repeat($"\"{new string('n', 200)}\"", 64));
        var text = await server.TextAsync(
            406,
            "POST",
            Path,
            $$"""{"ttl":60,"publish":[{{names}}]}"""
        );
        Assert.Contains("longer than", text, StringComparison.Ordinal);
    }

    /// <summary>What a browser and an encoder do with them.</summary>
    [Fact]
    public async Task NewToken_Used_OpensWhatItGrants()
    {
        await using var server = await CallsServer.StartAsync();
        var browser = Text(
            await NewAsync(server, """{"ttl":60,"publish":["*"],"pull":true}"""),
            "token"
        );
        await server.CreateSessionAsync(browser);
        var encoder = Text(
            await NewAsync(server, """{"ttl":60,"stream":"cam","action":"publish"}"""),
            "token"
        );
        foreach (var (name, status) in (IEnumerable<(string, int)>)[("cam", 201), ("mic", 403)])
        {
            using var content = new StringContent(TestServer.Offer);
            content.Headers.ContentType = new(TestServer.SdpType);
            using var request = new HttpRequestMessage(
                HttpMethod.Post,
                $"/v1/apps/one/whip/{name}"
            );
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {encoder}");
            request.Content = content;
            using var response = await server.Client.SendAsync(request);
            Assert.Equal(status, (int)response.StatusCode);
        }
    }

    /// <summary>A misspelt limit would make a token that may more than was meant.</summary>
    [Fact]
    public async Task NewToken_UnknownMember_RefusedByItsName()
    {
        await using var server = await CallsServer.StartAsync();
        var text = await server.TextAsync(
            406,
            "POST",
            Path,
            """{"ttl":60,"groop":"monday","publish":true,"pull":true}"""
        );
        Assert.Contains("'groop'", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RevokeToken_FromTheNextRequestOn_Refused()
    {
        await using var server = await CallsServer.StartAsync();
        var answer = await NewAsync(server, """{"ttl":60,"pull":true}""");
        var token = Text(answer, "token");
        var session = await server.CreateSessionAsync(token);
        var body = $$"""{"expiresAt":{{answer.GetProperty("expiresAt").GetInt64()}}}""";
        var path = $"{Path}/{Text(answer, "tokenId")}/revoke";
        Assert.Equal("{}", await server.TextAsync(200, "POST", path, body));
        var text = await server.TextAsync(401, "GET", session, bearer: token);
        Assert.Contains("revoked", text, StringComparison.Ordinal);
        await server.TextAsync(200, "GET", session);
    }

    [Fact]
    public void Revoke_MoreThanRemembered_RefusedUntilOneExpires()
    {
        var time = new ManualTime();
        var store = CredentialStore.InMemory([new("one", "a"), new("two", "b")], time);
        var soon = time.GetUtcNow().AddMinutes(1);
        for (var index = 0; index < CredentialStore.RevokedMax; index++)
        {
            Assert.IsType<RevocationResult.Done>(
                store.Revoke(new TokenName("one", $"{index}"), soon)
            );
        }

        Assert.IsType<RevocationResult.Full>(store.Revoke(new TokenName("one", "x"), soon));
        Assert.IsType<RevocationResult.Done>(store.Revoke(new TokenName("one", "7"), soon));
        Assert.IsType<RevocationResult.Done>(store.Revoke(new TokenName("two", "x"), soon));
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.IsType<RevocationResult.Done>(
            store.Revoke(new TokenName("one", "x"), DateTimeOffset.MaxValue)
        );
        Assert.True(store.IsRevoked("one", "x"));
    }

    [Fact]
    public async Task RotatedSecret_BothSign_UntilRetired()
    {
        await using var server = await CallsServer.StartAsync(credentials: time =>
            CredentialStore.InMemory([], time)
        );
        var made = await AccountAsync(server, 201, "POST", "", """{"name":"shop"}""");
        var id = Text(made, "uid");
        var old = Text(made, "secret");
        var app = $"/v1/apps/{id}";
        var token = await server.TextAsync(
            201,
            "POST",
            $"{app}/tokens",
            """{"ttl":60,"pull":true}""",
            old
        );
        using var document = JsonDocument.Parse(token);
        var signed = document.RootElement.GetProperty("token").GetString()!;
        var rotated = await AccountAsync(server, 200, "POST", $"/{id}/rotate");
        Assert.Equal(2, rotated.GetProperty("validSecrets").GetInt32());
        foreach (var bearer in (string[])[old, Text(rotated, "secret"), signed])
        {
            await server.CreateSessionAsync(bearer, app);
        }

        await AccountAsync(server, 200, "POST", $"/{id}/retire");
        foreach (var bearer in (string[])[old, signed])
        {
            await server.TextAsync(401, "POST", $"{app}/sessions/new", bearer: bearer);
        }

        await server.CreateSessionAsync(Text(rotated, "secret"), app);
    }

    private static async Task<JsonElement> AccountAsync(
        CallsServer server,
        int status,
        string method,
        string path,
        string? body = null
    )
    {
        var text = await server.TextAsync(
            status,
            method,
            $"/v1/accounts/me/calls/apps{path}",
            body,
            CallsServer.OperatorToken
        );
        return JsonDocument.Parse(text).RootElement.GetProperty("result");
    }

    private static async Task<JsonElement> NewAsync(CallsServer server, string body) =>
        JsonDocument.Parse(await server.TextAsync(201, "POST", Path, body)).RootElement;

    private static string Text(JsonElement value, string name) =>
        value.GetProperty(name).GetString()!;
}
