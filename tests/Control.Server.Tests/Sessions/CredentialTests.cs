using System.Net;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Sessions;

/// <summary>Bearer credentials (RFC 6750; RFC 9725 §4.7) as clients send them.</summary>
public sealed class CredentialTests
{
    private const string Whip = "/v1/apps/one/whip/cam";
    private const string Whep = "/v1/apps/one/whep/cam";

    [Fact]
    public async Task Post_NoCredentials_UnauthorizedWithPlainChallenge()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.PostAsync(Whip, bearer: null);
        await Problems.AssertAsync(HttpStatusCode.Unauthorized, response);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().ToString());
    }

    [Theory]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer undefined")]
    [InlineData("Bearer secret-of-app-two")]
    [InlineData("Bearer secret-of-app-on")]
    [InlineData("Bearer secret-of-app-one2")]
    [InlineData("Basic c2VjcmV0LW9mLWFwcC1vbmU=")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer a.b.c")]
    [InlineData("..")]
    public async Task Post_WrongCredentials_Unauthorized(string header)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await SendWithAsync(server, Whip, header);
        await Problems.AssertAsync(HttpStatusCode.Unauthorized, response);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Empty(server.Node.Requests);
    }

    [Theory]
    [InlineData("Bearer secret-of-app-one")]
    [InlineData("bearer   secret-of-app-one ")]
    [InlineData("secret-of-app-one")]
    public async Task Post_SecretAsClientsSendIt_Created(string header)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await SendWithAsync(server, Whep, header);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Fact]
    public async Task Post_UnknownApp_SameAnswerAsWrongSecret()
    {
        await using var server = await TestServer.StartAsync();
        using var unknown = await server.PostAsync("/v1/apps/nobody/whip/cam");
        using var wrong = await server.PostAsync(Whip, "wrong");
        Assert.Equal(wrong.StatusCode, unknown.StatusCode);
        Assert.Equal(
            await wrong.Content.ReadAsStringAsync(),
            await unknown.Content.ReadAsStringAsync()
        );
    }

    [Fact]
    public async Task Post_TwoSecretsOfAnApp_BothValid()
    {
        await using var server = await TestServer.StartAsync("one:old-secret,one:new-secret");
        foreach (var secret in (string[])["old-secret", "new-secret"])
        {
            using var response = await server.PostAsync(Whip, secret);
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
            var token = Tokens.Create(server.Time.GetUtcNow().AddHours(1), secret: secret);
            using var withToken = await server.PostAsync(Whip, token);
            Assert.Equal(HttpStatusCode.Created, withToken.StatusCode);
        }
    }

    [Fact]
    public async Task Post_TokenOfTheStreamAndAction_Created()
    {
        await using var server = await TestServer.StartAsync();
        var expiresAt = server.Time.GetUtcNow().AddMinutes(1);
        using var published = await server.PostAsync(Whip, Tokens.Create(expiresAt));
        Assert.Equal(HttpStatusCode.Created, published.StatusCode);
        using var played = await server.PostAsync(Whep, Tokens.Create(expiresAt, action: "play"));
        Assert.Equal(HttpStatusCode.Created, played.StatusCode);
    }

    [Theory]
    [InlineData("cam", "play")]
    [InlineData("other", "publish")]
    [InlineData("CAM", "publish")]
    [InlineData("*", "publish")]
    [InlineData("cam", "admin")]
    public async Task Post_TokenOfAnotherStreamOrAction_Forbidden(string stream, string action)
    {
        await using var server = await TestServer.StartAsync();
        var expiresAt = server.Time.GetUtcNow().AddMinutes(1);
        var token = Tokens.Create(expiresAt, stream: stream, action: action);
        using var response = await server.PostAsync(Whip, token);
        await Problems.AssertAsync(HttpStatusCode.Forbidden, response);
        Assert.Contains(
            "insufficient_scope",
            response.Headers.WwwAuthenticate.Single().Parameter,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Post_ExpiredToken_UnauthorizedButItsSessionMayStillBeEnded()
    {
        await using var server = await TestServer.StartAsync();
        var token = Tokens.Create(server.Time.GetUtcNow().AddMinutes(1));
        using var created = await server.PostAsync(Whip, token);
        server.Time.Advance(TimeSpan.FromMinutes(2));

        using var again = await server.PostAsync(Whip, token);
        await Problems.AssertAsync(HttpStatusCode.Unauthorized, again);
        var session = created.Headers.Location!.OriginalString;
        using var deleted = await server.SendAsync(HttpMethod.Delete, session, token);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
    }

    [Fact]
    public async Task Delete_TokenOfAnotherStream_Forbidden()
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        var token = Tokens.Create(server.Time.GetUtcNow().AddMinutes(1), stream: "other");
        using var response = await server.SendAsync(HttpMethod.Delete, session, token);
        await Problems.AssertAsync(HttpStatusCode.Forbidden, response);
        Assert.Equal(1, server.Node.SessionCount);
    }

    private static Task<HttpResponseMessage> SendWithAsync(
        TestServer server,
        string path,
        string header
    ) =>
        server.SendAsync(
            HttpMethod.Post,
            path,
            bearer: null,
            TestServer.Offer,
            TestServer.SdpType,
            request => request.Headers.TryAddWithoutValidation("Authorization", header)
        );
}
