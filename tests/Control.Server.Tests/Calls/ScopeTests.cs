using System.Text.Json;
using Control.Contract.Calls;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Calls;

/// <summary>Who may do what: secrets, tokens, other apps, other people's sessions.</summary>
public sealed class ScopeTests
{
    private const string Everything = "\"publish\":true,\"pull\":true";

    public static TheoryData<string> Operations() =>
        [.. CallsSample.All.Concat(CallsSample.Streams).Select(sample => sample.ToString())];

    /// <summary>The credentials are checked before anything is looked up or read: every answer is the
    /// same, whatever the session and the body are.</summary>
    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Any_NoOrForeignCredentials_SameBytesBeforeAnyLookUp(string operation)
    {
        var sample = Find(operation);
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var known = sample.At(await server.CreateSessionAsync());
        var unknown = sample.At($"{CallsServer.App}/sessions/none");
        var asked = server.Node.Requests.Count;
        string?[] bearers =
        [
            null,
            "wrong",
            TestServer.OtherSecret,
            server.Sign(Everything).Replace('.', '_'),
            Tokens.Sign(
                Tokens.Header,
                """{"app":"one","exp":9999999999,"publish":true,"pull":true}""",
                TestServer.OtherSecret
            ),
        ];
        foreach (var bearer in bearers)
        {
            var answers = new HashSet<string>(StringComparer.Ordinal);
            foreach (
                var path in (string[])
                    [known, unknown, known.Replace("/one/", "/nobody/", StringComparison.Ordinal)]
            )
            {
                foreach (var body in (string?[])[sample.Body, "not json"])
                {
                    using var response = await server.SendAsync(sample.Method, path, body, bearer);
                    Assert.Equal(401, (int)response.StatusCode);
                    Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
                    answers.Add(await response.Content.ReadAsStringAsync());
                }
            }

            var answer = Assert.Single(answers);
            Assert.Contains("\"errorCode\":\"unauthorized\"", answer, StringComparison.Ordinal);
        }

        Assert.Equal(asked, server.Node.Requests.Count);
    }

    /// <summary>Whoever describes another server says whom this one sends to.</summary>
    [Fact]
    public async Task NewSession_WithAnotherServer_TakesTheSecret()
    {
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        const string Path = $"{CallsServer.App}/sessions/new?thirdparty=";

        await server.TextAsync(201, "POST", Path + "true");
        await server.TextAsync(201, "POST", Path + "false", bearer: server.Sign(Everything));
        var refused = await server.TextAsync(
            403,
            "POST",
            Path + "true",
            bearer: server.Sign(Everything)
        );

        Assert.Contains("\"errorCode\":\"forbidden\"", refused, StringComparison.Ordinal);
        Assert.Equal(
            [true, false],
            server.Node.Requests.OfType<NewSessionRequest>().Select(asked => asked.IsThirdParty)
        );
    }

    /// <summary>A session of another app is as unknown as one that never was.</summary>
    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Any_SessionOfAnotherApp_SameBytesAsUnknown(string operation)
    {
        var sample = Find(operation);
        if (!sample.Path.Contains("{session}", StringComparison.Ordinal))
        {
            return;
        }

        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var session = await server.CreateSessionAsync(TestServer.OtherSecret, "/v1/apps/two");
        var id = session[(session.LastIndexOf('/') + 1)..];
        var foreign = await server.TextAsync(
            410,
            sample.Method,
            sample.At($"{CallsServer.App}/sessions/{id}"),
            sample.Body
        );
        var unknown = await server.TextAsync(
            410,
            sample.Method,
            sample.At($"{CallsServer.App}/sessions/ffffffffffffffffffffffffffffffff"),
            sample.Body
        );
        Assert.Equal(unknown, foreign);
        Assert.True(server.Node.Sessions.ContainsKey(new("two", id)));
    }

    /// <summary>Ids of sessions are known to all who may pull: with a token, somebody else's session is
    /// not there.</summary>
    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Any_SessionOfAnotherOwner_SameBytesAsUnknown(string operation)
    {
        var sample = Find(operation);
        if (!sample.Path.Contains("{session}", StringComparison.Ordinal))
        {
            return;
        }

        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var ann = server.Sign("\"sub\":\"ann\"," + Everything);
        var bob = server.Sign("\"sub\":\"bob\"," + Everything);
        var limited = server.Sign("\"session\":\"other\"," + Everything);
        var session = await server.CreateSessionAsync(ann);
        var ofTheApp = await server.CreateSessionAsync();
        var answers = new HashSet<string>(StringComparer.Ordinal);
        foreach (
            var (path, bearer) in (IEnumerable<(string, string)>)
                [
                    (session, bob),
                    (session, limited),
                    (ofTheApp, ann),
                    ($"{CallsServer.App}/sessions/none", bob),
                ]
        )
        {
            answers.Add(
                await server.TextAsync(410, sample.Method, sample.At(path), sample.Body, bearer)
            );
        }

        Assert.Single(answers);
        Assert.Equal(2, server.Node.Sessions.Count);
    }

    [Fact]
    public async Task Session_OfATokensSubject_GoesOnWithItsNextToken()
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync(
            server.Sign("\"jti\":\"1\",\"sub\":\"ann\"," + Everything)
        );
        Assert.Equal("sub:ann", server.Node.Last<NewSessionRequest>().Owner);
        var next = server.Sign("\"jti\":\"2\",\"sub\":\"ann\"," + Everything);
        var text = await server.TextAsync(200, "GET", session, bearer: next);
        Assert.DoesNotContain("owner", text, StringComparison.Ordinal);
        Assert.Contains(
            "\"owner\":\"sub:ann\"",
            await server.TextAsync(200, "GET", session),
            StringComparison.Ordinal
        );
        await server.TextAsync(200, "DELETE", session, bearer: next);
    }

    [Fact]
    public async Task Session_NamedByAToken_UsableAndNoOther()
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync();
        var id = session[(session.LastIndexOf('/') + 1)..];
        var token = server.Sign($"\"session\":\"{id}\",\"pull\":true");
        await server.TextAsync(200, "GET", session, bearer: token);
        await server.TextAsync(403, "POST", "/v1/apps/one/sessions/new", bearer: token);
        await server.TextAsync(403, "GET", "/v1/apps/one/sessions", bearer: token);
    }

    [Theory]
    [InlineData("GET", "/sessions")]
    [InlineData("GET", "/tracks")]
    [InlineData("GET", "/events")]
    [InlineData("POST", "/tokens")]
    [InlineData("POST", "/tokens/x/revoke")]
    [InlineData("POST", "/adapters/websocket/new")]
    public async Task App_WithAToken_Forbidden(string method, string path)
    {
        await using var server = await CallsServer.StartAsync();
        var token = server.Sign(Everything);
        var text = await server.TextAsync(403, method, CallsServer.App + path, "{}", token);
        Assert.Contains("\"errorCode\":\"forbidden\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewSession_TokenOfAnEncoder_Forbidden()
    {
        await using var server = await CallsServer.StartAsync();
        var token = server.Sign("\"stream\":\"cam\",\"action\":\"publish\"");
        await server.TextAsync(403, "POST", "/v1/apps/one/sessions/new", bearer: token);
    }

    [Theory]
    [InlineData(
        "\"publish\":[\"cam\"]",
        """{"location":"local","trackName":"cam","kind":"video"}""",
        200
    )]
    [InlineData(
        "\"publish\":[\"cam\"]",
        """{"location":"local","trackName":"mic","kind":"audio"}""",
        403
    )]
    [InlineData("\"pull\":true", """{"location":"local","trackName":"cam","kind":"video"}""", 403)]
    [InlineData(
        "\"pull\":[\"S\"]",
        """{"location":"remote","sessionId":"S","trackName":"cam"}""",
        200
    )]
    [InlineData(
        "\"pull\":[\"S\"]",
        """{"location":"remote","sessionId":"T","trackName":"cam"}""",
        403
    )]
    [InlineData(
        "\"publish\":true",
        """{"location":"remote","sessionId":"S","trackName":"cam"}""",
        403
    )]
    public async Task NewTracks_WithAToken_WhatItGrants(string claims, string track, int status)
    {
        await using var server = await CallsServer.StartAsync();
        var token = server.Sign(claims);
        var session = await server.CreateSessionAsync(token);
        var body = $$"""{"tracks":[{{track}}]}""";
        await server.TextAsync(status, "POST", $"{session}/tracks/new", body, token);
    }

    [Fact]
    public async Task Batch_PartlyGranted_OnlyThatFails()
    {
        await using var server = await CallsServer.StartAsync();
        var token = server.Sign("\"publish\":[\"cam\"],\"pull\":[\"S\"]");
        var session = await server.CreateSessionAsync(token);
        var text = await server.TextAsync(
            200,
            "POST",
            $"{session}/tracks/new",
            """{"tracks":[{"location":"remote","sessionId":"T","trackName":"cam"},{"location":"remote","sessionId":"S","trackName":"cam"}]}""",
            token
        );
        using var document = JsonDocument.Parse(text);
        var tracks = document.RootElement.GetProperty("tracks");
        Assert.Equal("forbidden", tracks[0].GetProperty("errorCode").GetString());
        Assert.True(tracks[1].TryGetProperty("mid", out _));
        await server.TextAsync(
            403,
            "POST",
            $"{session}/datachannels/new",
            """{"dataChannels":[{"location":"local","dataChannelName":"chat"}]}""",
            token
        );
        await server.TextAsync(
            403,
            "POST",
            $"{session}/tracks/new",
            """{"autoDiscover":true,"sessionDescription":{"type":"offer","sdp":"x"}}""",
            token
        );
        await server.TextAsync(
            403,
            "PUT",
            $"{session}/tracks/update",
            """{"tracks":[{"mid":"0","sessionId":"T","trackName":"cam"}]}""",
            token
        );
    }

    [Theory]
    [InlineData("\"nbf\":9999999999,\"pull\":true", "nbf")]
    [InlineData("\"x\":1", "neither")]
    public async Task Token_ThatDoesNotHold_SaysWhy(string claims, string expected)
    {
        await using var server = await CallsServer.StartAsync();
        var text = await server.TextAsync(
            401,
            "POST",
            "/v1/apps/one/sessions/new",
            bearer: server.Sign(claims)
        );
        Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_Expired_SaysSo()
    {
        await using var server = await CallsServer.StartAsync();
        var token = server.Sign(Everything);
        var session = await server.CreateSessionAsync(token);
        server.Time.Advance(TimeSpan.FromHours(2));
        var text = await server.TextAsync(401, "GET", session, bearer: token);
        Assert.Contains("expired", text, StringComparison.Ordinal);
    }

    private static CallsSample Find(string operation) =>
        CallsSample
            .All.Concat(CallsSample.Streams)
            .Single(sample =>
                string.Equals(sample.ToString(), operation, StringComparison.Ordinal)
            );
}
