using System.Text.Json;
using Control.Contract;
using Control.Contract.Calls;
using Control.Server.Apps;
using Control.Server.Tests.Support;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Tests.Calls;

/// <summary>Tokens of a group, and invitations: what a link that many people hold lets each of them do.</summary>
public sealed class GroupTests
{
    private const string Path = CallsServer.App;
    private const string Everything = "\"publish\":true,\"pull\":true";
    private const string OfRoom = "\"group\":\"room\"," + Everything;

    [Fact]
    public async Task NewSession_TokenOfAGroup_IsInItAndOnlyThere()
    {
        await using var server = await CallsServer.StartAsync();
        var token = server.Sign("\"sub\":\"ann\"," + OfRoom);
        foreach (var query in (string[])["", "?group=room"])
        {
            await server.TextAsync(201, "POST", $"{Path}/sessions/new{query}", bearer: token);
            Assert.Equal("room", server.Node.Last<NewSessionRequest>().Group);
        }

        var made = server.Node.Created;
        await server.TextAsync(403, "POST", $"{Path}/sessions/new?group=x", bearer: token);
        var without = server.Sign(Everything);
        await server.TextAsync(403, "POST", $"{Path}/sessions/new?group=room", bearer: without);
        Assert.Equal(made, server.Node.Created);
    }

    [Fact]
    public async Task NewSession_Secret_InTheGroupOfTheQuery()
    {
        await using var server = await CallsServer.StartAsync();
        await server.TextAsync(201, "POST", $"{Path}/sessions/new?group=room");
        Assert.Equal("room", server.Node.Last<NewSessionRequest>().Group);
        await server.TextAsync(201, "POST", $"{Path}/sessions/new?group=");
        Assert.Null(server.Node.Last<NewSessionRequest>().Group);
        var tooLong = new string('g', AppTokenClaims.GroupLengthMax + 1);
        await server.TextAsync(406, "POST", $"{Path}/sessions/new?group={tooLong}");
    }

    /// <summary>What one group's token lists is that group, without saying whose the sessions are.</summary>
    [Fact]
    public async Task Lists_TokenOfAGroup_ThatGroup()
    {
        await using var server = await CallsServer.StartAsync();
        var ann = server.Sign("\"sub\":\"ann\"," + OfRoom);
        var bob = server.Sign("\"sub\":\"bob\"," + OfRoom);
        var eve = server.Sign("\"sub\":\"eve\",\"group\":\"other\"," + Everything);
        var own = IdOf(await server.CreateSessionAsync(ann));
        await server.CreateSessionAsync(eve);
        await server.CreateSessionAsync();

        Assert.Equal([own], await ListAsync(server, "", bob));
        Assert.Equal([own], await ListAsync(server, "?group=room", bob));
        Assert.Equal([own], await ListAsync(server, "?group=room", TestServer.Secret));
        Assert.Equal(3, (await ListAsync(server, "", TestServer.Secret)).Length);
        var text = await server.TextAsync(200, "GET", $"{Path}/sessions", bearer: bob);
        Assert.DoesNotContain("owner", text, StringComparison.Ordinal);
        await server.TextAsync(200, "GET", $"{Path}/tracks", bearer: bob);
        await server.TextAsync(403, "GET", $"{Path}/sessions?group=other", bearer: bob);
        await server.TextAsync(403, "GET", $"{Path}/tracks?group=other", bearer: bob);
    }

    /// <summary>Neighbours see what one publishes, not what one watches.</summary>
    [Fact]
    public async Task Lists_TokenOfAGroup_WhatIsPublishedOnly()
    {
        await using var server = await CallsServer.StartAsync();
        var ann = server.Sign("\"sub\":\"ann\"," + OfRoom);
        var bob = server.Sign("\"sub\":\"bob\"," + OfRoom);
        var key = new SessionKey("one", IdOf(await server.CreateSessionAsync(ann)));
        server.Node.Sessions[key] = server.Node.Sessions[key] with
        {
            Tracks =
            [
                new(
                    TrackLocation.Local,
                    "0",
                    key.SessionId,
                    "cam",
                    "video",
                    TrackStatus.Active,
                    null
                ),
                new(TrackLocation.Remote, "1", "S", "theirs", "video", TrackStatus.Active, null),
            ],
            DataChannels =
            [
                new(TrackLocation.Local, key.SessionId, "chat", 1, TrackStatus.Active),
                new(TrackLocation.Remote, "S", "secret", 3, TrackStatus.Active),
            ],
        };

        var seen = await server.TextAsync(200, "GET", $"{Path}/sessions", bearer: bob);
        Assert.Contains("\"cam\"", seen, StringComparison.Ordinal);
        Assert.Contains("\"chat\"", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("theirs", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", seen, StringComparison.Ordinal);
        var own = await server.TextAsync(
            200,
            "GET",
            $"{Path}/sessions/{key.SessionId}",
            bearer: ann
        );
        var all = await server.TextAsync(200, "GET", $"{Path}/sessions");
        Assert.All([own, all], text => Assert.Contains("theirs", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReadEvents_TokenOfAGroup_ThatGroup()
    {
        await using var server = await CallsServer.StartAsync();
        var token = server.Sign(OfRoom);
        using var response = await server.SendAsync("GET", $"{Path}/events", bearer: token);
        Assert.Equal(200, (int)response.StatusCode);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal(": open", await reader.ReadLineAsync());
        Assert.Equal(new("one", null, "room"), server.Node.Last<EventsRequest>());
        await server.TextAsync(403, "GET", $"{Path}/events?group=other", bearer: token);
    }

    /// <summary>Who came by a link takes away the streams of that link's group, not those of the app.</summary>
    [Fact]
    public async Task ReadEvents_MoreOfAGroupThanTaken_OthersAreServed()
    {
        var limits = new CallsLimits { EventStreamsPerGroup = 1 };
        await using var server = await CallsServer.StartAsync(limits);
        var token = server.Sign(OfRoom);
        using var first = await server.SendAsync("GET", $"{Path}/events", bearer: token);
        Assert.Equal(200, (int)first.StatusCode);
        await server.TextAsync(429, "GET", $"{Path}/events", bearer: token);
        var other = server.Sign("\"group\":\"other\"," + Everything);
        foreach (var bearer in (string[])[other, TestServer.Secret])
        {
            using var response = await server.SendAsync("GET", $"{Path}/events", bearer: bearer);
            Assert.Equal(200, (int)response.StatusCode);
        }
    }

    /// <summary>One person in two groups: a token of one does not reach what the person made in the other.</summary>
    [Fact]
    public async Task Session_OfTheSameSubjectInAnotherGroup_SameBytesAsUnknown()
    {
        await using var server = await CallsServer.StartAsync();
        var room = server.Sign("\"sub\":\"ann\"," + OfRoom);
        var session = await server.CreateSessionAsync(
            server.Sign("\"sub\":\"ann\",\"group\":\"other\"," + Everything)
        );
        var free = await server.CreateSessionAsync(server.Sign("\"sub\":\"ann\"," + Everything));
        var unknown = await server.TextAsync(410, "GET", $"{Path}/sessions/none", bearer: room);
        Assert.Equal(unknown, await server.TextAsync(410, "GET", session, bearer: room));
        Assert.Equal(unknown, await server.TextAsync(410, "GET", free, bearer: room));
    }

    [Theory]
    [InlineData("whip")]
    [InlineData("whep")]
    public async Task Streams_TokenOfAGroupOrInvitation_Forbidden(string protocol)
    {
        await using var server = await CallsServer.StartAsync();
        foreach (var claims in (string[])[OfRoom, "\"invite\":true," + Everything])
        {
            using var content = new StringContent(TestServer.Offer);
            content.Headers.ContentType = new(TestServer.SdpType);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{Path}/{protocol}/cam");
            request.Headers.TryAddWithoutValidation(
                "Authorization",
                $"Bearer {server.Sign(claims)}"
            );
            request.Content = content;
            using var response = await server.Client.SendAsync(request);
            Assert.Equal(403, (int)response.StatusCode);
        }
    }

    /// <summary>The link is for many: with it alone nothing can be made or seen, because what it made would
    /// belong to all of them.</summary>
    [Fact]
    public async Task Invitation_ForAnythingButATokens_Forbidden()
    {
        await using var server = await CallsServer.StartAsync(CallsServer.Wide);
        var link = server.Sign("\"jti\":\"link\",\"invite\":true," + OfRoom);
        var asked = server.Node.Requests.Count;
        foreach (var sample in CallsSample.All)
        {
            if (sample.Path is not "/tokens")
            {
                var path = sample.At($"{Path}/sessions/none");
                var text = await server.TextAsync(403, sample.Method, path, sample.Body, link);
                Assert.Contains("invitation", text, StringComparison.Ordinal);
            }
        }

        Assert.Equal(asked, server.Node.Requests.Count);
    }

    [Fact]
    public async Task Invitation_EachWhoComes_IsSomebodyElseWithTheSameGrants()
    {
        await using var server = await CallsServer.StartAsync();
        var link = await NewAsync(
            server,
            """{"ttl":3600,"group":"room","invite":true,"publish":["cam"],"pull":true}"""
        );
        var (first, claims) = await AcceptAsync(server, link, ttl: 60);
        var (second, others) = await AcceptAsync(server, link, ttl: 60);

        var expected = new AppTokenClaims("one", server.Time.GetUtcNow().ToUnixTimeSeconds() + 60)
        {
            Id = claims.Id,
            Subject = claims.Subject,
            Parent = AppToken.TryRead(link, TestServer.Secret)!.Id,
            Group = "room",
            Publish = new TokenNames(false, ["cam"]),
            Pull = TokenNames.All,
        };
        Assert.Equal(expected, claims);
        Assert.False(string.Equals(claims.Subject, others.Subject, StringComparison.Ordinal));
        var session = await server.CreateSessionAsync(first);
        await server.TextAsync(410, "DELETE", session, bearer: second);
        await server.TextAsync(200, "DELETE", session, bearer: first);
    }

    [Fact]
    public async Task Invitation_LongerThanItself_EndsWithIt()
    {
        await using var server = await CallsServer.StartAsync();
        var link = await NewAsync(server, """{"ttl":600,"invite":true,"pull":true}""");
        var (_, claims) = await AcceptAsync(server, link, ttl: 3600);
        Assert.Equal(AppToken.TryRead(link, TestServer.Secret)!.ExpiresAt, claims.ExpiresAt);
    }

    [Theory]
    [InlineData("\"subject\":\"ann\"")]
    [InlineData("\"group\":\"other\"")]
    [InlineData("\"invite\":true")]
    [InlineData("\"publish\":true")]
    [InlineData("\"pull\":true")]
    [InlineData("\"session\":\"S\"")]
    [InlineData("\"stream\":\"cam\",\"action\":\"play\"")]
    public async Task Invitation_AskedForMore_Refused(string member)
    {
        await using var server = await CallsServer.StartAsync();
        var link = server.Sign("\"invite\":true," + Everything);
        var body = $$"""{"ttl":60,{{member}}}""";
        var text = await server.TextAsync(406, "POST", $"{Path}/tokens", body, link);
        Assert.Contains("invitation", text, StringComparison.Ordinal);
    }

    /// <summary>Taking the link back takes back what was made with it.</summary>
    [Fact]
    public async Task Revoke_Invitation_AllWhoCameByItAreOut()
    {
        await using var server = await CallsServer.StartAsync();
        var link = await NewAsync(server, """{"ttl":600,"invite":true,"pull":true}""");
        var (guest, _) = await AcceptAsync(server, link, ttl: 60);
        await server.CreateSessionAsync(guest);
        var id = AppToken.TryRead(link, TestServer.Secret)!.Id;
        await server.TextAsync(200, "POST", $"{Path}/tokens/{id}/revoke", "{}");
        foreach (var bearer in (string[])[link, guest])
        {
            var body = """{"ttl":60}""";
            var text = await server.TextAsync(401, "POST", $"{Path}/tokens", body, bearer);
            Assert.Contains("revoked", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\"group\":1")]
    [InlineData("\"group\":\"a\",\"group\":\"b\"")]
    [InlineData("\"invite\":\"yes\"")]
    [InlineData("\"invite\":true,\"invite\":false")]
    [InlineData("\"parent\":1")]
    public async Task Token_ClaimOfAWrongForm_Unauthorized(string claims)
    {
        await using var server = await CallsServer.StartAsync();
        var token = server.Sign($"{claims},{Everything}");
        await server.TextAsync(401, "GET", $"{Path}/sessions", bearer: token);
    }

    private static async Task<string> NewAsync(
        CallsServer server,
        string body,
        string? bearer = null
    )
    {
        var text = await server.TextAsync(
            201,
            "POST",
            $"{Path}/tokens",
            body,
            bearer ?? TestServer.Secret
        );
        using var document = JsonDocument.Parse(text);
        return document.RootElement.GetProperty("token").GetString()!;
    }

    private static async Task<(string Token, AppTokenClaims Claims)> AcceptAsync(
        CallsServer server,
        string link,
        int ttl
    )
    {
        var token = await NewAsync(server, $$"""{"ttl":{{ttl}}}""", link);
        return (token, AppToken.TryRead(token, TestServer.Secret)!);
    }

    private static async Task<string[]> ListAsync(CallsServer server, string query, string bearer)
    {
        var text = await server.TextAsync(200, "GET", $"{Path}/sessions{query}", bearer: bearer);
        using var document = JsonDocument.Parse(text);
        return
        [
            .. document
                .RootElement.GetProperty("sessions")
                .EnumerateArray()
                .Select(session => session.GetProperty("sessionId").GetString()!),
        ];
    }

    private static string IdOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
