using System.Text.Json;
using Control.Server.Apps.Credentials;
using Control.Server.Tests.Support;
using Control.Server.Turn;

namespace Control.Server.Tests.Apps;

/// <summary>The operator's API: apps and TURN keys.</summary>
public sealed class AccountTests
{
    private const string Apps = "/v1/accounts/me/calls/apps";
    private const string Keys = "/v1/accounts/me/calls/turn_keys";

    [Theory]
    [InlineData(Apps, "secret")]
    [InlineData(Keys, "key")]
    public async Task Create_Named_SecretOnceOnly(string path, string member)
    {
        await using var server = await CallsServer.StartAsync();
        var made = await AskAsync(server, 201, "POST", path, """{"name":"shop"}""");
        var id = made.GetProperty("uid").GetString()!;
        Assert.Equal(32, id.Length);
        Assert.Equal(64, made.GetProperty(member).GetString()!.Length);
        foreach (
            var found in (JsonElement[])
                [
                    await AskAsync(server, 200, "GET", $"{path}/{id}"),
                    (await AskAsync(server, 200, "GET", path))
                        .EnumerateArray()
                        .First(each => each.GetProperty("uid").ValueEquals(id)),
                ]
        )
        {
            Assert.Equal("shop", found.GetProperty("name").GetString());
            Assert.False(
                found.TryGetProperty("secret", out _) || found.TryGetProperty("key", out _)
            );
        }
    }

    [Fact]
    public async Task Rename_AndDelete_ListFollows()
    {
        await using var server = await CallsServer.StartAsync();
        var made = await AskAsync(server, 201, "POST", Apps, """{"name":"shop"}""");
        var path = $"{Apps}/{made.GetProperty("uid").GetString()}";
        server.Time.Advance(TimeSpan.FromHours(1));
        var renamed = await AskAsync(server, 200, "PUT", path, """{"name":"store"}""");
        Assert.Equal("store", renamed.GetProperty("name").GetString());
        Assert.NotEqual(
            renamed.GetProperty("created").GetString(),
            renamed.GetProperty("modified").GetString(),
            StringComparer.Ordinal
        );
        await AskAsync(server, 200, "DELETE", path);
        foreach (
            var (method, body) in (IEnumerable<(string, string?)>)
                [("GET", null), ("PUT", """{"name":"x"}"""), ("DELETE", null)]
        )
        {
            await server.TextAsync(404, method, path, body, CallsServer.OperatorToken);
        }

        await server.TextAsync(404, "POST", $"{path}/rotate", null, CallsServer.OperatorToken);
    }

    [Fact]
    public async Task TurnKey_Made_OpensTurnAndNothingElse()
    {
        var turn = new TurnSettings([], ["turn:t.example"], "north");
        await using var server = await CallsServer.StartAsync(turn: turn);
        var made = await AskAsync(server, 201, "POST", Keys, """{"name":"k"}""");
        var id = made.GetProperty("uid").GetString()!;
        var key = made.GetProperty("key").GetString()!;
        await server.TextAsync(201, "POST", $"/v1/turn/keys/{id}/credentials/generate", "{}", key);
        await server.TextAsync(401, "GET", $"/v1/apps/{id}/sessions", bearer: key);
    }

    [Fact]
    public async Task Configured_App_ListedAndLeftAlone()
    {
        await using var server = await CallsServer.StartAsync();
        var listed = await AskAsync(server, 200, "GET", Apps);
        Assert.Equal(2, listed.GetArrayLength());
        Assert.All(
            listed.EnumerateArray(),
            each => Assert.True(each.GetProperty("configured").GetBoolean())
        );
        await server.TextAsync(409, "DELETE", $"{Apps}/one", null, CallsServer.OperatorToken);
        await server.TextAsync(409, "POST", $"{Apps}/one/rotate", null, CallsServer.OperatorToken);
    }

    [Theory]
    [InlineData("{}", "name is missing")]
    [InlineData("""{"Name":"x"}""", "There is 'Name'")]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":1}""", "not a number")]
    [InlineData("", "not JSON")]
    public async Task Create_WrongBody_EnvelopeWithASentence(string body, string expected)
    {
        await using var server = await CallsServer.StartAsync();
        var text = await server.TextAsync(400, "POST", Apps, body, CallsServer.OperatorToken);
        using var document = JsonDocument.Parse(text);
        Assert.False(document.RootElement.GetProperty("success").GetBoolean());
        var message = document.RootElement.GetProperty("errors")[0].GetProperty("message");
        Assert.Contains(expected, message.GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", Apps)]
    [InlineData("POST", Keys)]
    [InlineData("DELETE", Apps + "/one")]
    [InlineData("POST", Apps + "/one/rotate")]
    public async Task Any_WithoutTheOperatorsToken_401(string method, string path)
    {
        await using var server = await CallsServer.StartAsync();
        foreach (var bearer in (string?[])[null, "wrong", TestServer.Secret])
        {
            await server.TextAsync(401, method, path, "not json", bearer);
        }

        await using var nobody = await CallsServer.StartAsync(operatorToken: null);
        var text = await nobody.TextAsync(401, method, path, "{}", "");
        Assert.Contains("EDGE_OPERATOR_TOKEN_FILE", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_WithoutAStateFile_SaysItIsForgotten()
    {
        await using var server = await CallsServer.StartAsync();
        var text = await server.TextAsync(200, "GET", Apps, null, CallsServer.OperatorToken);
        Assert.Contains("EDGE_STATE_FILE", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_MoreThanThereMayBe_Refused()
    {
        var store = CredentialStore.InMemory([new("one", "a")], new ManualTime());
        for (var count = 0; count < CredentialStore.CountMax; count++)
        {
            Assert.IsType<CredentialChange.Done>(store.Create(CredentialKind.App, "x"));
        }

        Assert.IsType<CredentialChange.TooMany>(store.Create(CredentialKind.App, "x"));
        Assert.IsType<CredentialChange.Done>(store.Create(CredentialKind.TurnKey, "x"));
    }

    private static async Task<JsonElement> AskAsync(
        CallsServer server,
        int status,
        string method,
        string path,
        string? body = null
    )
    {
        var text = await server.TextAsync(status, method, path, body, CallsServer.OperatorToken);
        var root = JsonDocument.Parse(text).RootElement;
        Assert.True(root.GetProperty("success").GetBoolean());
        Assert.Equal(0, root.GetProperty("errors").GetArrayLength());
        return root.GetProperty("result");
    }
}
