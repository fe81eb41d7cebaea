using System.Text.Json;
using System.Text.Json.Nodes;
using Control.Server.Tests.Support;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Tests.Calls;

/// <summary>Every operation, with every kind of request that is wrong.</summary>
public sealed class BadRequestTests
{
    public static TheoryData<string> Operations() =>
        [.. CallsSample.All.Select(sample => sample.ToString())];

    public static TheoryData<string> OperationsWithBody() =>
        [.. CallsSample.WithBody.Select(sample => sample.ToString())];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Any_RightRequest_Taken(string operation)
    {
        var sample = Find(operation);
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var path = sample.At(await server.CreateSessionAsync());
        await server.TextAsync(sample.Status, sample.Method, path, sample.Body);
    }

    /// <summary>Each member, at each depth, with a value of each other kind: an error that names it, and
    /// nothing that reaches the node.</summary>
    [Theory]
    [MemberData(nameof(OperationsWithBody))]
    public async Task Any_MemberOfAWrongType_NamedWithItsPath(string operation)
    {
        var sample = Find(operation);
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var path = sample.At(await server.CreateSessionAsync());
        var asked = server.Node.Requests.Count;
        foreach (var place in PlacesOf(JsonNode.Parse(sample.Body!)!))
        {
            foreach (var wrong in WrongFor(place.Value))
            {
                var body = place.Replace(sample.Body!, wrong);
                var error = await ErrorAsync(server, 400, sample.Method, path, body);
                Assert.Equal("decoding_error", error.GetProperty("errorCode").GetString());
                Assert.StartsWith(place.Name, Sentence(error), StringComparison.Ordinal);
            }
        }

        Assert.Equal(asked, server.Node.Requests.Count);
    }

    /// <summary>Each member left out, and misspelt: either all is well, or the error names it.</summary>
    [Theory]
    [MemberData(nameof(OperationsWithBody))]
    public async Task Any_MemberMissingOrMisspelt_FineOrNamed(string operation)
    {
        var sample = Find(operation);
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var path = sample.At(await server.CreateSessionAsync());
        foreach (var place in PlacesOf(JsonNode.Parse(sample.Body!)!).Where(each => each.IsMember))
        {
            var key = place.Key;
            var near = key.Any(char.IsUpper) ? key.ToLowerInvariant() : key.ToUpperInvariant();
            foreach (var name in (string?[])[null, near])
            {
                var body = place.Rename(sample.Body!, name);
                using var response = await server.SendAsync(sample.Method, path, body);
                var text = await response.Content.ReadAsStringAsync();
                if ((int)response.StatusCode == sample.Status)
                {
                    continue;
                }

                Assert.True((int)response.StatusCode is 400 or 406, text);
                Assert.Contains(key, text, StringComparison.Ordinal);
                if (name is not null && text.Contains("is missing", StringComparison.Ordinal))
                {
                    Assert.True(
                        text.Contains($"There is '{name}'", StringComparison.Ordinal)
                            || IsConditional(key),
                        text
                    );
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(OperationsWithBody))]
    public async Task Any_MemberTwice_Refused(string operation)
    {
        var sample = Find(operation);
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var path = sample.At(await server.CreateSessionAsync());
        foreach (var place in PlacesOf(JsonNode.Parse(sample.Body!)!).Where(each => each.IsMember))
        {
            var body = place.Double(sample.Body!);
            var error = await ErrorAsync(server, 400, sample.Method, path, body);
            Assert.Contains(
                $"'{place.Key}' is there twice",
                Sentence(error),
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [MemberData(nameof(OperationsWithBody))]
    public async Task Any_NoJsonOrTooDeep_DecodingError(string operation)
    {
        var sample = Find(operation);
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var path = sample.At(await server.CreateSessionAsync());
        var deep = new string('[', 10_000);
        string[] bodies =
        [
            "{",
            "null",
            "[]",
            "\"x\"",
            "{} {}",
            "{\"a\":1,}",
            "v=0",
            "\0",
            "{\"x\":" + deep,
            """{"\ud800":1}""",
        ];
        foreach (var body in bodies)
        {
            var error = await ErrorAsync(server, 400, sample.Method, path, body);
            Assert.Equal("decoding_error", error.GetProperty("errorCode").GetString());
        }
    }

    [Theory]
    [MemberData(nameof(OperationsWithBody))]
    public async Task Any_HugeBody_TooLargeWhetherAnnouncedOrNot(string operation)
    {
        var sample = Find(operation);
        await using var server = await CallsServer.StartAsync(new CallsLimits { BodyBytes = 8192 });
        var path = sample.At(await server.CreateSessionAsync());
        var body = sample.Body!.Insert(1, $"\"x\":\"{new string('x', 8192)}\",");
        var error = await ErrorAsync(server, 413, sample.Method, path, body);
        Assert.Equal("payload_too_large", error.GetProperty("errorCode").GetString());

        using var request = new HttpRequestMessage(new HttpMethod(sample.Method), path);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {TestServer.Secret}");
        request.Headers.TransferEncodingChunked = true;
        request.Content = new StreamContent(
            new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body))
        );
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(413, (int)response.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Any_WrongMethod_405WithTheRightOnes(string operation)
    {
        var sample = Find(operation);
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var path = sample.At(await server.CreateSessionAsync());
        using var response = await server.SendAsync("PATCH", path, sample.Body);
        Assert.Equal(405, (int)response.StatusCode);
        Assert.Contains(sample.Method, response.Content.Headers.Allow, StringComparer.Ordinal);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Contains("method_not_allowed", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Any_Preflight_AllowsWhatAppsSend(string operation)
    {
        var sample = Find(operation);
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        using var response = await server.SendAsync(
            "OPTIONS",
            sample.At($"{CallsServer.App}/sessions/x"),
            bearer: null
        );
        Assert.Equal(204, (int)response.StatusCode);
        var headers = response.Headers;
        Assert.Equal("*", headers.GetValues("Access-Control-Allow-Origin").Single());
        var methods = headers.GetValues("Access-Control-Allow-Methods").Single();
        Assert.Contains(sample.Method, methods, StringComparison.Ordinal);
        var allowed = headers.GetValues("Access-Control-Allow-Headers").Single();
        Assert.Contains("Authorization", allowed, StringComparison.Ordinal);
        Assert.EndsWith("*", allowed, StringComparison.Ordinal);
    }

    [Theory]
    // What only one form of a request needs is asked for, by name.
    [InlineData("POST", "tracks/new", """{"tracks":[]}""", "tracks is missing")]
    [InlineData("POST", "tracks/new", "{}", "tracks is missing")]
    [InlineData("POST", "tracks/new", """{"autoDiscover":true}""", "sessionDescription is missing")]
    [InlineData(
        "POST",
        "tracks/new",
        """{"tracks":[{"location":"local","trackName":"cam"}]}""",
        "tracks[0].kind is missing"
    )]
    [InlineData(
        "POST",
        "tracks/new",
        """{"sessionDescription":{"type":"offer","sdp":"x"},"tracks":[{"location":"local","trackName":"cam"}]}""",
        "tracks[0].mid is missing"
    )]
    [InlineData(
        "POST",
        "tracks/new",
        """{"tracks":[{"location":"local","trackName":"a","kind":"audio"},{"location":"remote","sessionId":"S","trackName":"b"}]}""",
        "all of them local, or all of them remote"
    )]
    [InlineData(
        "POST",
        "tracks/new",
        """{"sessionDescription":{"type":"answer","sdp":"x"},"tracks":[]}""",
        "sessionDescription.type"
    )]
    [InlineData(
        "POST",
        "tracks/new",
        """{"autoDiscover":true,"sessionDescription":{"type":"offer","sdp":"x"},"tracks":[{"location":"local"}]}""",
        "leave one of the two out"
    )]
    [InlineData(
        "PUT",
        "renegotiate",
        """{"sessionDescription":{"type":"offer","sdp":"x"}}""",
        "sessionDescription.type"
    )]
    [InlineData(
        "PUT",
        "tracks/close",
        """{"tracks":[{"mid":"0"}],"force":false}""",
        "sessionDescription is missing"
    )]
    [InlineData(
        "PUT",
        "tracks/update",
        """{"tracks":[{"location":"local","mid":"0","trackName":"a"}]}""",
        "Only pulled tracks"
    )]
    [InlineData(
        "PUT",
        "tracks/update",
        """{"tracks":[{"simulcast":{"preferredRid":"h"}}]}""",
        "tracks[0].sessionId is missing"
    )]
    [InlineData(
        "POST",
        "datachannels/new",
        """{"dataChannels":[{"location":"remote","dataChannelName":"a"}]}""",
        "dataChannels[0].sessionId is missing"
    )]
    [InlineData(
        "POST",
        "datachannels/new",
        """{"dataChannels":[{"location":"local","dataChannelName":"a","maxRetransmits":1,"maxPacketLifeTime":1}]}""",
        "exclude each other"
    )]
    [InlineData(
        "POST",
        "datachannels/new",
        """{"dataChannels":[{"location":"local","dataChannelName":"a","canReply":true}]}""",
        "remote channels only"
    )]
    [InlineData(
        "POST",
        "ice-restart",
        """{"sessionDescription":{"type":"answer","sdp":"x"}}""",
        "sessionDescription.type"
    )]
    public async Task Form_WhatItNeedsIsMissing_Named(
        string method,
        string path,
        string body,
        string expected
    )
    {
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var session = await server.CreateSessionAsync();
        var error = await ErrorAsync(server, 406, method, $"{session}/{path}", body);
        Assert.Contains(expected, Sentence(error), StringComparison.Ordinal);
        Assert.Single(server.Node.Requests);
    }

    [Theory]
    [InlineData(
        "tracks/new",
        "tracks",
        """{"location":"remote","sessionId":"S","trackName":"a"}"""
    )]
    [InlineData(
        "datachannels/new",
        "dataChannels",
        """{"location":"local","dataChannelName":"a"}"""
    )]
    public async Task Batch_MoreThanTaken_InvalidParams(string path, string list, string item)
    {
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var session = await server.CreateSessionAsync();
        var items = string.Join(',', Enumerable.Repeat(item, 65));
        var body = $$"""{"{{list}}":[{{items}}]}""";
        var error = await ErrorAsync(server, 406, "POST", $"{session}/{path}", body);
        Assert.Equal("invalid_params", error.GetProperty("errorCode").GetString());
        Assert.Equal($"{list}: at most 64 are taken at once, not 65.", Sentence(error));
    }

    [Theory]
    [InlineData("/sessions/new?thirdparty=maybe", "POST", "thirdparty")]
    [InlineData("/sessions?limit=0", "GET", "limit")]
    [InlineData("/sessions?limit=101", "GET", "limit")]
    [InlineData("/tracks?limit=x", "GET", "limit")]
    [InlineData("/sessions?limit=99999999999999999999", "GET", "limit")]
    [InlineData("/sessions?limit=1&limit=2", "GET", "limit")]
    public async Task Query_WrongValue_Named(string path, string method, string name)
    {
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var error = await ErrorAsync(server, 406, method, CallsServer.App + path, null);
        Assert.StartsWith(name, Sentence(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/apps/one")]
    [InlineData("/v1/apps/one/")]
    [InlineData("/apps/one/sessions/x/unknown")]
    [InlineData("/v1/apps/one/sessions/undefined/tracks")]
    public async Task UnknownPath_Any_JsonObject(string path)
    {
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        using var response = await server.SendAsync("POST", path, "{}");
        Assert.Equal(404, (int)response.StatusCode);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
    }

    [Fact]
    public async Task Bug_OfTheNode_BackendErrorWithoutItsInsides()
    {
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var session = await server.CreateSessionAsync();
        server.Node.Bug = new InvalidOperationException("secret inside");
        var text = await server.TextAsync(
            500,
            "PUT",
            $"{session}/tracks/update",
            """{"tracks":[{"mid":"0"}]}"""
        );
        Assert.Equal(
            """{"errorCode":"internal_error","errorDescription":"Backend error","retryable":false,"tracks":[]}""",
            text
        );
    }

    private static CallsSample Find(string operation) =>
        CallsSample.All.Single(sample =>
            string.Equals(sample.ToString(), operation, StringComparison.Ordinal)
        );

    private static bool IsConditional(string key) => key is "tracks" or "sessionDescription";

    private static string Sentence(JsonElement error) =>
        error.GetProperty("errorDescription").GetString()!;

    private static async Task<JsonElement> ErrorAsync(
        CallsServer server,
        int status,
        string method,
        string path,
        string? body
    )
    {
        var text = await server.TextAsync(status, method, path, body);
        var error = JsonDocument.Parse(text).RootElement;
        Assert.False(error.GetProperty("retryable").GetBoolean());
        Assert.NotEmpty(Sentence(error));
        return error;
    }

    private static IEnumerable<JsonPlace> PlacesOf(JsonNode root) => JsonPlace.All(root);

    private static IEnumerable<string> WrongFor(JsonNode value) =>
        value.GetValueKind() switch
        {
            JsonValueKind.String => ["1", "true", "{}", "[]", "\"\\u0000\""],
            JsonValueKind.Number => ["\"1\"", "1.5", "-1000000", "1e99", "{}", "true"],
            JsonValueKind.True or JsonValueKind.False => ["1", "\"true\"", "[]"],
            JsonValueKind.Array => ["{}", "\"x\"", "1"],
            JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined or _ =>
            [
                "[]",
                "\"x\"",
                "1",
            ],
        };
}
