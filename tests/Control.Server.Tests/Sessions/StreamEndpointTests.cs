using System.Net;
using Control.Contract;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Sessions;

/// <summary>POST, OPTIONS, HEAD and GET of WHIP (RFC 9725 §4.1, §4.2) and WHEP endpoints.</summary>
public sealed class StreamEndpointTests
{
    public static TheoryData<string> Endpoints =>
        [
            "/v1/apps/one/whip/cam",
            "/v1/apps/one/whep/cam",
            "/apps/one/whip/cam",
            "/apps/one/whep/cam",
        ];

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Post_RightOffer_CreatedWithLocationAndStrongTag(string path)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.PostAsync(path);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("application/sdp", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(FakeMediaNode.Answer, await response.Content.ReadAsStringAsync());
        Assert.Equal($"{path}/session-1", response.Headers.Location?.OriginalString);
        Assert.Equal("\"ice1\"", response.Headers.ETag?.ToString());
        Assert.False(response.Headers.ETag!.IsWeak);
        Assert.Equal(
            path.Contains("/whep/", StringComparison.Ordinal),
            response.Headers.Contains("Link")
        );
        Assert.Equal(TestServer.Offer, server.Node.Requests.Single().OfferSdp);
        Assert.Equal(new StreamKey("one", "cam"), server.Node.Requests.Single().Stream);
        Assert.Equal(
            path.Contains("whip", StringComparison.Ordinal) ? 1 : 0,
            server.Node.Report().Publishers
        );
    }

    [Theory]
    [InlineData("application/sdp; charset=utf-8")]
    [InlineData("Application/SDP")]
    public async Task Post_TypeInOtherSpelling_Created(string type)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.PostAsync("/v1/apps/one/whip/cam", type: type);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("application/trickle-ice-sdpfrag")]
    [InlineData(null)]
    public async Task Post_OtherType_UnsupportedMediaType(string? type)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.PostAsync("/v1/apps/one/whip/cam", type: type);
        await Problems.AssertAsync(HttpStatusCode.UnsupportedMediaType, response);
        Assert.Equal("application/sdp", response.Headers.GetValues("Accept-Post").Single());
        Assert.Empty(server.Node.Requests);
    }

    [Fact]
    public async Task Post_EncodedBody_UnsupportedMediaType()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.SendAsync(
            HttpMethod.Post,
            "/v1/apps/one/whip/cam",
            TestServer.Secret,
            TestServer.Offer,
            TestServer.SdpType,
            request => request.Content!.Headers.ContentEncoding.Add("gzip")
        );
        await Problems.AssertAsync(HttpStatusCode.UnsupportedMediaType, response);
    }

    [Theory]
    [InlineData(RefusalReason.Malformed, HttpStatusCode.BadRequest)]
    [InlineData(RefusalReason.Unsupported, HttpStatusCode.UnprocessableEntity)]
    [InlineData(RefusalReason.NoPublisher, HttpStatusCode.Conflict)]
    [InlineData(RefusalReason.Overloaded, HttpStatusCode.ServiceUnavailable)]
    public async Task Post_NodeRefuses_StatusAndSentence(
        RefusalReason reason,
        HttpStatusCode status
    )
    {
        await using var server = await TestServer.StartAsync();
        server.Node.NextRefusal = new SessionResult.Refused(reason, "A sentence.");
        using var response = await server.PostAsync("/v1/apps/one/whep/cam");
        Assert.Equal("A sentence.", await Problems.AssertAsync(status, response));
        var isWorthRetry = reason is RefusalReason.NoPublisher or RefusalReason.Overloaded;
        Assert.Equal(isWorthRetry, response.Headers.RetryAfter is not null);
        Assert.False(response.Headers.Contains("Location"));
    }

    [Fact]
    public async Task Post_NodeSaysWhenToRetry_RoundedUpToSeconds()
    {
        await using var server = await TestServer.StartAsync();
        server.Node.NextRefusal = new SessionResult.Refused(
            RefusalReason.NoPublisher,
            "Nobody publishes.",
            TimeSpan.FromMilliseconds(2100)
        );
        using var response = await server.PostAsync("/v1/apps/one/whep/cam");
        Assert.Equal(TimeSpan.FromSeconds(3), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Post_NodeHasABug_ServerErrorWithoutItsText()
    {
        await using var server = await TestServer.StartAsync();
        server.Node.Bug = new InvalidOperationException("an inside");
        using var response = await server.PostAsync("/v1/apps/one/whip/cam");
        var detail = await Problems.AssertAsync(HttpStatusCode.InternalServerError, response);
        Assert.DoesNotContain("inside", detail, StringComparison.Ordinal);
        server.Node.Bug = null;
        await server.CreateSessionAsync();
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Options_AnyKind_OkWithAcceptPostAndCors(string path)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.SendAsync(
            HttpMethod.Options,
            path,
            change: request =>
            {
                request.Headers.Add("Origin", "https://example.com");
                request.Headers.Add("Access-Control-Request-Method", "POST");
                request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
            }
        );
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/sdp", response.Headers.GetValues("Accept-Post").Single());
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.True(response.Headers.Contains("Access-Control-Max-Age"));
        Assert.False(response.Headers.Contains("Link"));
        AssertLists(response, "Access-Control-Allow-Methods", "OPTIONS GET HEAD POST PATCH DELETE");
        AssertLists(
            response,
            "Access-Control-Allow-Headers",
            "Authorization Content-Type If-Match"
        );
    }

    [Fact]
    public async Task Post_FromAnotherOrigin_ExposesWhatClientsRead()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.PostAsync("/v1/apps/one/whip/cam");
        AssertLists(
            response,
            "Access-Control-Expose-Headers",
            "Location Link ETag Retry-After Accept-Post Accept-Patch Access-Control-Allow-Methods"
        );
    }

    [Theory]
    [InlineData("/v1/apps/one/whip/cam", "HEAD", HttpStatusCode.NoContent)]
    [InlineData("/v1/apps/one/whip/cam", "GET", HttpStatusCode.NoContent)]
    [InlineData("/v1/apps/one/whep/cam", "HEAD", HttpStatusCode.OK)]
    [InlineData("/v1/apps/one/whep/cam", "GET", HttpStatusCode.NoContent)]
    public async Task Read_Endpoint_SuccessWithoutContent(
        string path,
        string method,
        HttpStatusCode status
    )
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.SendAsync(new HttpMethod(method), path);
        Assert.Equal(status, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        var type = response.Content.Headers.ContentType?.MediaType;
        Assert.Equal(status == HttpStatusCode.OK ? "application/sdp" : null, type);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("BREW")]
    public async Task OtherMethod_Endpoint_MethodNotAllowedWithAllow(string method)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.SendAsync(
            new HttpMethod(method),
            "/v1/apps/one/whip/cam",
            TestServer.Secret
        );
        await Problems.AssertAsync(HttpStatusCode.MethodNotAllowed, response);
        Assert.Equal(["OPTIONS", "GET", "HEAD", "POST"], response.Content.Headers.Allow.ToArray());
    }

    [Theory]
    [InlineData("a%20b")]
    [InlineData("%C3%A9")]
    [InlineData("a%2Fb")]
    [InlineData("a%0D%0Ab")]
    public async Task Post_NameThatIsNone_BadRequest(string name)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.PostAsync($"/v1/apps/one/whip/{name}");
        await Problems.AssertAsync(HttpStatusCode.BadRequest, response);
    }

    [Theory]
    [InlineData("/v1/apps/one/whip/cam/")]
    [InlineData("/v1/apps/one/WHIP/cam")]
    [InlineData("/v1//apps/one/whip/cam")]
    [InlineData("/v1/apps")]
    [InlineData("/nothing/here")]
    public async Task AnyPath_AnyMethod_NeverRedirects(string path)
    {
        await using var server = await TestServer.StartAsync();
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post, HttpMethod.Delete])
        {
            using var response = await server.SendAsync(
                method,
                new Uri(server.Url, path).ToString(),
                TestServer.Secret,
                method == HttpMethod.Post ? TestServer.Offer : null,
                TestServer.SdpType
            );
            Assert.NotInRange((int)response.StatusCode, 300, 399);
        }
    }

    [Fact]
    public async Task Post_UnknownPath_NotFoundAsProblem()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.PostAsync("/v1/apps/one/other/cam");
        await Problems.AssertAsync(HttpStatusCode.NotFound, response);
    }

    [Fact]
    public async Task Post_WhileDraining_RefusedAndOldSessionsGoOn()
    {
        await using var server = await TestServer.StartAsync();
        var session = await server.CreateSessionAsync();
        server.Drain.Begin();

        using var refused = await server.PostAsync("/v1/apps/one/whip/other");
        await Problems.AssertAsync(HttpStatusCode.ServiceUnavailable, refused);
        Assert.NotNull(refused.Headers.RetryAfter);
        using var patched = await server.PatchAsync(session, "\"ice1\"");
        Assert.Equal(HttpStatusCode.NoContent, patched.StatusCode);
        using var deleted = await server.SendAsync(HttpMethod.Delete, session);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
    }

    internal static void AssertLists(HttpResponseMessage response, string header, string values)
    {
        var listed = string.Join(',', response.Headers.GetValues(header))
            .Split(',', StringSplitOptions.TrimEntries);
        foreach (var value in values.Split(' '))
        {
            Assert.Contains(value, listed, StringComparer.OrdinalIgnoreCase);
        }
    }
}
