using System.Net;
using System.Text.Json;
using Control.Contract;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Sessions;

/// <summary>PATCH, DELETE and GET of a session (RFC 9725 §4.2, §4.3).</summary>
public sealed class SessionResourceTests
{
    private const string Restart = "a=ice-ufrag:restart\r\na=ice-pwd:restart\r\n";

    [Theory]
    [InlineData("\"ice1\"")]
    [InlineData("ice1")]
    [InlineData("\"other\", \"ice1\"")]
    [InlineData("*")]
    public async Task Patch_Trickle_NoContentAndNoTag(string ifMatch)
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        using var response = await server.PatchAsync(session, ifMatch);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Null(response.Headers.ETag);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("*")]
    [InlineData("\"*\"")]
    [InlineData("\"ice1\"")]
    public async Task Patch_Restart_OkWithFragmentAndNewTag(string ifMatch)
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        using var response = await server.PatchAsync(session, ifMatch, Restart);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(TestServer.FragmentType, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(FakeMediaNode.RestartFragment, await response.Content.ReadAsStringAsync());
        Assert.Equal("\"ice2\"", response.Headers.ETag?.ToString());
    }

    [Theory]
    [InlineData("*", null)]
    [InlineData("\"*\"", null)]
    [InlineData("\"ice1\"", "ice1")]
    [InlineData("\"old\"", "old")]
    public async Task Patch_IfMatch_ReachesTheNode(string ifMatch, string? expected)
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        using var response = await server.PatchAsync(session, ifMatch);
        Assert.Equal(expected, server.Node.Updates.Single().IfMatch);
    }

    [Fact]
    public async Task Patch_WithoutIfMatch_PreconditionRequired()
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        using var response = await server.PatchAsync(session, ifMatch: null);
        await Problems.AssertAsync(HttpStatusCode.PreconditionRequired, response);
        Assert.Empty(server.Node.Updates);
    }

    [Theory]
    [InlineData("\"old\"")]
    [InlineData("W/\"ice1\"")]
    [InlineData("\"\"")]
    public async Task Patch_StaleOrWeakTag_PreconditionFailed(string ifMatch)
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        using var response = await server.PatchAsync(session, ifMatch);
        await Problems.AssertAsync(HttpStatusCode.PreconditionFailed, response);
    }

    [Theory]
    [InlineData("application/sdp")]
    [InlineData("application/json")]
    [InlineData(null)]
    public async Task Patch_OtherType_UnsupportedMediaType(string? type)
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync("/v1/apps/one/whep/cam");
        using var response = await server.PatchAsync(session, "*", type: type);
        await Problems.AssertAsync(HttpStatusCode.UnsupportedMediaType, response);
        Assert.Equal(TestServer.FragmentType, response.Headers.GetValues("Accept-Patch").Single());
    }

    [Theory]
    [InlineData(RefusalReason.Malformed, HttpStatusCode.BadRequest)]
    [InlineData(RefusalReason.Unsupported, HttpStatusCode.UnprocessableEntity)]
    public async Task Patch_NodeRefuses_SessionGoesOn(RefusalReason reason, HttpStatusCode status)
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        server.Node.NextUpdate = new IceUpdateResult.Refused(reason, "Not this one.");
        using var response = await server.PatchAsync(session, "*");
        await Problems.AssertAsync(status, response);
        Assert.Equal(1, server.Node.SessionCount);
    }

    [Fact]
    public async Task Patch_SessionEndedMeanwhile_NotFound()
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        server.Node.NextUpdate = new IceUpdateResult.NotFound();
        using var response = await server.PatchAsync(session, "*");
        await Problems.AssertAsync(HttpStatusCode.NotFound, response);
    }

    [Theory]
    [InlineData("\"stale\"")]
    [InlineData(null)]
    public async Task Delete_AnyTag_OkThenNotFound(string? ifMatch)
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var response = await server.SendAsync(
                HttpMethod.Delete,
                session,
                TestServer.Secret,
                change: request =>
                {
                    if (ifMatch is not null)
                    {
                        request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
                    }
                }
            );
            Assert.Equal(
                attempt == 0 ? HttpStatusCode.OK : HttpStatusCode.NotFound,
                response.StatusCode
            );
        }
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("GET")]
    public async Task AnyMethod_WithoutAuthorization_TheUrlIsThePermission(string method)
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        using var response = IsPatch(method)
            ? await server.PatchAsync(session, "*", bearer: null)
            : await server.SendAsync(new HttpMethod(method), session);
        Assert.True(response.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("GET")]
    public async Task AnyMethod_WrongAuthorization_Unauthorized(string method)
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        foreach (var bearer in (string[])["undefined", TestServer.OtherSecret, ""])
        {
            using var response = IsPatch(method)
                ? await server.PatchAsync(session, "*", bearer: bearer)
                : await server.SendAsync(new HttpMethod(method), session, bearer);
            await Problems.AssertAsync(HttpStatusCode.Unauthorized, response);
            Assert.NotEmpty(response.Headers.WwwAuthenticate);
        }

        Assert.Equal(1, server.Node.SessionCount);
    }

    [Theory]
    [InlineData("/v1/apps/one/whip/cam/unknown")]
    [InlineData("/v1/apps/two/whip/cam/session-1")]
    [InlineData("/v1/apps/one/whip/other/session-1")]
    [InlineData("/v1/apps/one/whep/cam/session-1")]
    public async Task AnyMethod_SessionElsewhere_NotFound(string path)
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateSessionAsync();
        using var patched = await server.PatchAsync(path, "*", bearer: null);
        await Problems.AssertAsync(HttpStatusCode.NotFound, patched);
        using var deleted = await server.SendAsync(HttpMethod.Delete, path);
        await Problems.AssertAsync(HttpStatusCode.NotFound, deleted);
        Assert.Equal(1, server.Node.SessionCount);
    }

    [Fact]
    public async Task Get_AskingForJson_Report()
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        using var plain = await server.SendAsync(HttpMethod.Get, session);
        Assert.Equal(HttpStatusCode.NoContent, plain.StatusCode);
        using var response = await server.SendAsync(
            HttpMethod.Get,
            session,
            change: request => request.Headers.Add("Accept", "application/json")
        );
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("cam", json.RootElement.GetProperty("stream").GetProperty("name").GetString());
        Assert.Equal(
            "VP8",
            json.RootElement.GetProperty("tracks")[0].GetProperty("codec").GetString()
        );
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    public async Task OtherMethod_Session_MethodNotAllowedWithAllow(string method)
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        using var response = await server.SendAsync(new HttpMethod(method), session);
        await Problems.AssertAsync(HttpStatusCode.MethodNotAllowed, response);
        Assert.Contains("PATCH", response.Content.Headers.Allow, StringComparer.Ordinal);
        Assert.Contains("DELETE", response.Content.Headers.Allow, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Options_Session_OkWithAcceptPatchAndCors()
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        using var response = await server.SendAsync(HttpMethod.Options, session);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(TestServer.FragmentType, response.Headers.GetValues("Accept-Patch").Single());
        StreamEndpointTests.AssertLists(response, "Access-Control-Allow-Methods", "PATCH DELETE");
    }

    private static bool IsPatch(string method) =>
        string.Equals(method, "PATCH", StringComparison.Ordinal);

    /// <summary>That the owner cannot be reached is no news of the session: OBS and players would make
    /// another one for a 404.</summary>
    [Theory]
    [InlineData("GET")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Session_OwnerUnreachable_UnavailableWithRetryAfter(string method)
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        server.Node.Unavailable = "The node cannot be reached now.";

        using var response = await server.SendAsync(new HttpMethod(method), session);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Patch_OwnerUnreachableInBetween_UnavailableWithRetryAfter()
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        server.Node.NextUpdate = new IceUpdateResult.Refused(
            RefusalReason.Unavailable,
            "The node cannot be reached now."
        );

        using var response = await server.PatchAsync(session, "*");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }
}
