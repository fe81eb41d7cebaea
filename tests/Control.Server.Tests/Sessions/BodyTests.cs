using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Control.Contract;
using Control.Server.Tests.Support;
using Edge.Testing;

namespace Control.Server.Tests.Sessions;

/// <summary>Bodies that are no offers: junk, too large, too slow.</summary>
public sealed class BodyTests
{
    private const string Whip = "/v1/apps/one/whip/cam";

    [Fact]
    public async Task Post_EmptyBody_BadRequest()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.PostAsync(Whip, body: "");
        await Problems.AssertAsync(HttpStatusCode.BadRequest, response);
        Assert.Empty(server.Node.Requests);
    }

    [Fact]
    public async Task Post_TextBeforeTheOffer_ReachesTheNodeAsItCame()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.PostAsync(Whip, body: "garbage\nv=0\n");
        Assert.Equal("garbage\nv=0\n", server.Node.Requests.Single().OfferSdp);
    }

    [Fact]
    public async Task Post_RandomBytes_JudgedByTheNodeAndTheServerGoesOn()
    {
        await using var server = await TestServer.StartAsync();
        var random = new Random((int)Seeds.Next());
        server.Node.NextRefusal = new SessionResult.Refused(RefusalReason.Malformed, "No SDP.");
        for (var round = 0; round < 50; round++)
        {
            var bytes = new byte[random.Next(1, 2000)];
            random.NextBytes(bytes);
            using var content = new ByteArrayContent(bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/sdp");
            using var request = new HttpRequestMessage(HttpMethod.Post, Whip) { Content = content };
            request.Headers.Authorization = new("Bearer", TestServer.Secret);
            using var response = await server.Client.SendAsync(request);
            await Problems.AssertAsync(HttpStatusCode.BadRequest, response);
        }

        server.Node.NextRefusal = null;
        await server.CreateSessionAsync();
    }

    [Theory]
    [InlineData(64 * 1024, false, HttpStatusCode.Created)]
    [InlineData((64 * 1024) + 1, false, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData((64 * 1024) + 1, true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(1024 * 1024, false, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Post_BodyAtTheBound_ThatMuchAndNoMore(
        int bytes,
        bool isChunked,
        HttpStatusCode status
    )
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.SendAsync(
            HttpMethod.Post,
            Whip,
            TestServer.Secret,
            new string('v', bytes),
            TestServer.SdpType,
            request => request.Headers.TransferEncodingChunked = isChunked
        );
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == HttpStatusCode.Created ? 1 : 0, server.Node.Requests.Count);
    }

    [Fact]
    public async Task Post_BodyThatDoesNotCome_RequestTimeout()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(server.Url.Host, server.Url.Port);
        var stream = client.GetStream();
        var head =
            $"POST {Whip} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TestServer.Secret}\r\n"
            + "Content-Type: application/sdp\r\nContent-Length: 100\r\n\r\nv=0";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await WaitForAsync(() => server.Time.TimerCount > 0);
        server.Time.Advance(TimeSpan.FromSeconds(9));

        var buffer = new byte[4096];
        var count = await stream.ReadAsync(buffer);
        Assert.StartsWith(
            "HTTP/1.1 408",
            Encoding.ASCII.GetString(buffer, 0, count),
            StringComparison.Ordinal
        );
    }

    /// <summary>Kestrel throws a plain IOException here, which is not an error of ours to be logged.</summary>
    [Fact]
    public async Task Post_ChunkSizeBeyondAnyInteger_BadRequest()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(server.Url.Host, server.Url.Port);
        var stream = client.GetStream();
        var request =
            $"POST {Whip} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TestServer.Secret}\r\n"
            + "Content-Type: application/sdp\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "FFFFFFFFFFFFFFFF\r\na";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));

        var buffer = new byte[4096];
        var count = await stream.ReadAsync(buffer);
        Assert.StartsWith(
            "HTTP/1.1 400",
            Encoding.ASCII.GetString(buffer, 0, count),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Post_ClientLeavesInTheMiddle_NoSessionStays()
    {
        await using var server = await TestServer.StartAsync();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(server.Url.Host, server.Url.Port);
            var head =
                $"POST {Whip} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TestServer.Secret}\r\n"
                + "Content-Type: application/sdp\r\nContent-Length: 100\r\n\r\nv=0";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            await WaitForAsync(() => server.Time.TimerCount > 0);
        }

        await WaitForAsync(() => server.Time.TimerCount == 0);
        Assert.Equal(0, server.Node.SessionCount);
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\0\0\0\0\r\n\r\n")]
    [InlineData("GET http://[ HTTP/1.1\r\n\r\n")]
    public async Task Connect_JunkInsteadOfHttp_OthersAreServed(string junk)
    {
        await using var server = await TestServer.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(server.Url.Host, server.Url.Port);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(junk));
        await server.CreateSessionAsync();
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(5, limit.Token);
        }
    }
}
