using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Control.Server.Http;
using Control.Server.Lifetime;
using Control.Server.Tls;
using Edge.Hosting.Lifetime;
using Microsoft.Extensions.Logging.Abstractions;

namespace Control.Server.Tests.Support;

/// <summary>A real Kestrel on loopback over a fake node, and a client that follows no redirect.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string Secret = "secret-of-app-one";
    public const string OtherSecret = "secret-of-app-two";
    public const string Offer = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";
    public const string SdpType = "application/sdp";
    public const string FragmentType = "application/trickle-ice-sdpfrag";

    private readonly ControlServer _server;

    private TestServer(ControlServer server, FakeMediaNode node, DrainState drain, ManualTime time)
    {
        _server = server;
        Node = node;
        Drain = drain;
        Time = time;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            SslOptions = { RemoteCertificateValidationCallback = OwnCertificates.Accept },
        };
        Client = new HttpClient(handler) { BaseAddress = server.PublicUrls[0] };
    }

    public FakeMediaNode Node { get; }

    public DrainState Drain { get; }

    public ManualTime Time { get; }

    public HttpClient Client { get; }

    public Uri Url => _server.PublicUrls[0];

    public Uri AdminUrl => _server.AdminUrl;

    public Uri MetricsUrl => _server.MetricsUrl;

    public static async Task<TestServer> StartAsync(
        string apps = $"one:{Secret},two:{OtherSecret}",
        RateLimits? limits = null,
        CertificateStore? certificates = null,
        int connectionsMax = 100,
        Func<bool>? isReady = null,
        string? frontSocket = null
    )
    {
        var time = new ManualTime();
        var node = new FakeMediaNode();
        var drain = new DrainState();
        var server = ControlServer.Create(
            TestSettings.Read(apps) with
            {
                FrontSocket = frontSocket,
            },
            node,
            certificates,
            drain,
            new ServerOptions
            {
                Loggers = NullLoggerFactory.Instance,
                Time = time,
                Limits = limits ?? new RateLimits(),
                ConnectionsMax = connectionsMax,
                IsReady = isReady,
            }
        );
        await server.StartAsync(CancellationToken.None);
        return new TestServer(server, node, drain, time);
    }

    public Task StopAsync(TimeSpan within) => _server.StopAsync(within);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }

    public Task<HttpResponseMessage> PostAsync(
        string path,
        string? bearer = Secret,
        string body = Offer,
        string? type = SdpType
    ) => SendAsync(HttpMethod.Post, path, bearer, body, type);

    public Task<HttpResponseMessage> PatchAsync(
        string path,
        string? ifMatch,
        string body = "a=ice-ufrag:abcd\r\n",
        string? type = FragmentType,
        string? bearer = Secret
    ) =>
        SendAsync(
            HttpMethod.Patch,
            path,
            bearer,
            body,
            type,
            request =>
            {
                if (ifMatch is not null)
                {
                    request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
                }
            }
        );

    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        string? bearer = null,
        string? body = null,
        string? type = null,
        Action<HttpRequestMessage>? change = null
    )
    {
        var request = new HttpRequestMessage(method, path);
        if (bearer is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (type is not null)
            {
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            }
        }

        change?.Invoke(request);
        return Client.SendAsync(request);
    }

    /// <summary>Makes a session and returns its path.</summary>
    public async Task<string> CreateSessionAsync(string path = "/v1/apps/one/whip/cam")
    {
        using var response = await PostAsync(path);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return response.Headers.Location!.OriginalString;
    }
}
