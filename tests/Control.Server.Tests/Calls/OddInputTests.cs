using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Control.Server.Http.OpenApi;
using Control.Server.Tests.Support;
using Control.Server.Turn;
using Microsoft.AspNetCore.Routing;

namespace Control.Server.Tests.Calls;

/// <summary>Input that no client of good will sends: bytes that are no text, ids that are none, and the
/// same at the operator's and the TURN endpoints as at those of the sessions.</summary>
public sealed class OddInputTests
{
    private const string Account = "/v1/accounts/me/calls";

    public static TheoryData<string> OperationsWithBody() =>
        [.. CallsSample.WithBody.Select(sample => sample.ToString())];

    public static TheoryData<string, string, string> OthersWithBody() =>
        new()
        {
            { "POST", $"{Account}/apps", """{"name":"x"}""" },
            { "PUT", $"{Account}/apps/two", """{"name":"x"}""" },
            { "POST", $"{Account}/turn_keys", """{"name":"x"}""" },
            { "POST", "/v1/turn/keys/one/credentials/generate-ice-servers", """{"ttl":60}""" },
            { "POST", "/v1/turn/keys/one/credentials/generate", """{"ttl":60}""" },
        };

    /// <summary>The samples stand for the whole API: whoever adds an operation adds one.</summary>
    [Fact]
    public async Task Samples_OfTheSessionApi_EveryOperation()
    {
        await using var server = await CallsServer.StartAsync();
        var served = server
            .Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => endpoint.Metadata.OfType<ApiOperation>())
            .Where(api =>
                api.Path.StartsWith("/v1/apps/", StringComparison.Ordinal) && !api.HasProblems
            )
            .Select(api => $"{api.Method} {api.Path["/v1/apps/{appId}".Length..]}")
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        var samples = CallsSample
            .All.Concat(CallsSample.Streams)
            .Select(sample => sample.ToString())
            .Select(text =>
                text.Replace("/{session}", "/sessions/{sessionId}", StringComparison.Ordinal)
            )
            .Select(text => text.Replace("/abc/", "/{tokenId}/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        Assert.Equal(served, samples, StringComparer.Ordinal);
    }

    /// <summary>Bytes that are no UTF-8, half characters, and one name written in two ways.</summary>
    [Theory]
    [MemberData(nameof(OperationsWithBody))]
    public async Task Any_BytesThatAreNoText_RefusedAndNeverOurFault(string operation)
    {
        var sample = CallsSample.All.Single(each =>
            string.Equals(each.ToString(), operation, StringComparison.Ordinal)
        );
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var path = sample.At(await server.CreateSessionAsync());
        var asked = server.Node.Requests.Count;
        foreach (var body in OddBodies(sample.Body!))
        {
            var (status, text) = await SendAsync(server, sample.Method, path, body);
            Assert.True(status == 400, $"{status}: {text} to {Encoding.UTF8.GetString(body)}");
            Assert.Contains("decoding_error", text, StringComparison.Ordinal);
        }

        Assert.Equal(asked, server.Node.Requests.Count);
    }

    /// <summary>The operator's and the TURN endpoints refuse the same, in their own envelopes.</summary>
    [Theory]
    [MemberData(nameof(OthersWithBody))]
    public async Task Others_WrongBodies_Refused(string method, string path, string right)
    {
        var turn = new TurnSettings([], ["turn:t.example"], "north");
        await using var server = await CallsServer.StartAsync(CallsServer.Wide, turn);
        byte[][] bodies =
        [
            .. OddBodies(right),
            .. ((string[])["[]", "null", "1", "{", "{\"a\":" + new string('[', 10_000)]).Select(
                Encoding.UTF8.GetBytes
            ),
            Encoding.UTF8.GetBytes(right.Insert(1, "\"name\":1,\"ttl\":\"x\",")),
        ];
        foreach (var body in bodies)
        {
            var (status, text) = await SendAsync(server, method, path, body);
            Assert.True(status is 400 or 406, $"{status}: {text}");
        }

        var huge = Encoding.UTF8.GetBytes(right + new string(' ', 600_000));
        Assert.Equal(413, (await SendAsync(server, method, path, huge)).Status);
    }

    /// <summary>Whatever stands where an id should be: there is no such session, and nothing breaks.</summary>
    [Theory]
    [InlineData("..%2F..%2Fapps")]
    [InlineData("%F0%9F%8E%A5")]
    [InlineData("%FF%FE")]
    [InlineData("undefined")]
    [InlineData("%20")]
    [InlineData("long")]
    public async Task SessionId_ThatIsNone_SameBytesAsUnknown(string id)
    {
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var text = string.Equals(id, "long", StringComparison.Ordinal) ? new string('x', 4000) : id;
        var odd = $"{CallsServer.App}/sessions/{text}";
        const string body =
            """{"tracks":[{"location":"remote","sessionId":"S","trackName":"cam"}]}""";
        var unknown = await server.TextAsync(410, "GET", $"{CallsServer.App}/sessions/none");
        Assert.Equal(unknown, await server.TextAsync(410, "GET", odd));
        await server.TextAsync(410, "POST", $"{odd}/tracks/new", body);
        await server.TextAsync(410, "DELETE", odd);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic b25lOnNlY3JldA==")]
    [InlineData("Bearer a b")]
    [InlineData("Bearer ..")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.eyJhcHAiOiJvbmUifQ.")]
    public async Task Authorization_ThatIsNone_401(string header)
    {
        await using var server = await CallsServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{CallsServer.App}/sessions");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(401, (int)response.StatusCode);
        Assert.Empty(server.Node.Requests);
    }

    private static IEnumerable<byte[]> OddBodies(string right)
    {
        var first = right[2..right.IndexOf('"', 2)];
        var escaped = $"\\u{(int)first[0]:x4}{first[1..]}";
        string[] texts =
        [
            right.Insert(1, $"\"{escaped}\":0,"),
            right.Insert(1, "\"x\":1,\"x\":2,"),
            right.Replace(first, "\\ud800", StringComparison.Ordinal),
            "\ufeff\ufeff" + right,
        ];
        foreach (var text in texts)
        {
            yield return Encoding.UTF8.GetBytes(text);
        }

        yield return [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(right)];
        yield return [.. Encoding.UTF8.GetBytes(right[..^1]), 0xC3];
    }

    private static async Task<(int Status, string Text)> SendAsync(
        CallsServer server,
        string method,
        string path,
        byte[] body
    )
    {
        var isOperators = path.StartsWith(Account, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            isOperators ? CallsServer.OperatorToken : TestServer.Secret
        );
        request.Content = new ByteArrayContent(body);
        using var response = await server.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        using var document = JsonDocument.Parse(text);
        Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
        return ((int)response.StatusCode, text);
    }
}
