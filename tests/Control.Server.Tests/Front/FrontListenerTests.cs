using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Control.Server.Front;
using Control.Server.Http;
using Control.Server.Tests.Support;
using Control.Server.Tls;
using Edge.Native.Sockets;
using Edge.Primitives;
using Microsoft.Extensions.Logging.Abstractions;

namespace Control.Server.Tests.Front;

/// <summary>HTTPS over connections that somebody else has accepted.</summary>
public sealed class FrontListenerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-front-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "control.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Requests are answered, and counted by the address of who dialled: one remote that asks too much is refused,
    /// another is not.</summary>
    [Fact]
    public async Task Request_HandedOver_AnsweredAndCountedByTheClientsAddress()
    {
        await using var server = await StartAsync(
            new RateLimits { PerRemote = 1, RemoteBurst = 2 }
        );
        using var edge = new Door(Path);
        using var greedy = edge.Client(IPAddress.Parse("127.0.0.2"));
        using var other = edge.Client(IPAddress.Parse("127.0.0.3"));
        Assert.Equal(HttpStatusCode.Created, await PublishAsync(greedy));
        Assert.Equal(HttpStatusCode.Created, await PublishAsync(greedy));
        Assert.Equal(HttpStatusCode.TooManyRequests, await PublishAsync(greedy));
        Assert.Equal(HttpStatusCode.Created, await PublishAsync(other));
        using var health = await server.Client.GetAsync(new Uri(server.Url, "healthz"));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    /// <summary>Who dials the socket and gives nothing, or something else, keeps nobody out.</summary>
    [Fact]
    public async Task Nonsense_AtTheSocket_OthersAreServed()
    {
        await using var server = await StartAsync();
        using var silent = Connect();
        using var talking = Connect();
        talking.Send("nothing"u8);
        Connect().Dispose();
        using var edge = new Door(Path);
        edge.Give(edge.Gone);
        using var client = edge.Client(IPAddress.Loopback);
        using var health = await client.GetAsync(new Uri("healthz", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task Stop_ThenStart_FileIsGoneAndCanBeTakenAgain()
    {
        var first = await StartAsync();
        Assert.Equal("another process listens at it", FrontSocketFile.FindProblem(Path));
        await first.StopAsync(TimeSpan.Zero);
        Assert.False(File.Exists(Path));
        await first.DisposeAsync();

        // As of a process that was killed.
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, default))
        {
            left.Bind(new UnixDomainSocketEndPoint(Path));
            File.Move(Path, Path + ".left");
        }

        File.Move(Path + ".left", Path);
        Assert.Null(FrontSocketFile.FindProblem(Path));
        await using var second = await StartAsync();
        using var edge = new Door(Path);
        using var client = edge.Client(IPAddress.Loopback);
        using var health = await client.GetAsync(new Uri("healthz", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public void FindProblem_OtherFileOrNoFolder_SaysSo()
    {
        Assert.Null(FrontSocketFile.FindProblem(Path));
        File.WriteAllText(Path, "somebody's");
        Assert.Equal("there is a file that is no socket", FrontSocketFile.FindProblem(Path));
        Assert.Equal("its folder does not exist", FrontSocketFile.FindProblem("/no/such/s"));
    }

    private Task<TestServer> StartAsync(RateLimits? limits = null) =>
        TestServer.StartAsync(
            limits: limits,
            certificates: CertificateStore.FromCertificate(
                SelfSignedCertificate.Create([IPAddress.Loopback], TimeProvider.System),
                NullLogger.Instance
            ),
            frontSocket: Path
        );

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, default);
        socket.Connect(new UnixDomainSocketEndPoint(Path));
        return socket;
    }

    private static async Task<HttpStatusCode> PublishAsync(HttpClient client)
    {
        using var content = new StringContent(TestServer.Offer);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(TestServer.SdpType);
        using var response = await client.PostAsync("v1/apps/one/whip/cam", content);
        return response.StatusCode;
    }

    /// <summary>What an edge does: accepts, and gives away.</summary>
    private sealed class Door : IDisposable
    {
        private readonly SocketHandOver _handOver;
        private readonly Edge.Native.Sockets.TcpListener _listener;

        public Door(string path)
        {
            _handOver = new SocketHandOver(path);
            Assert.Equal(
                SystemError.None,
                Edge.Native.Sockets.TcpListener.TryOpen(
                    NetworkAddress.FromIPv4(0x7F000001, 0),
                    out var listener
                )
            );
            _listener = listener!;
        }

        /// <summary>A connection whose far end has gone.</summary>
        public TcpSocket Gone
        {
            get
            {
                using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
                client.LingerState = new LingerOption(true, 0);
                client.Connect(_listener.Local.ToEndPoint());
                return Accept();
            }
        }

        public void Give(TcpSocket socket)
        {
            Assert.Equal(SystemError.None, _handOver.Give(socket));
            socket.Dispose();
        }

        public HttpClient Client(IPAddress from) =>
            new(
                new SocketsHttpHandler
                {
                    SslOptions = { RemoteCertificateValidationCallback = OwnCertificates.Accept },
                    ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(Dial(from)),
                }
            )
            {
                BaseAddress = new Uri("https://127.0.0.1/"),
                DefaultRequestHeaders =
                {
                    Authorization = new AuthenticationHeaderValue("Bearer", TestServer.Secret),
                },
            };

        public void Dispose() => _listener.Dispose();

        private NetworkStream Dial(IPAddress from)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, default);
            client.Bind(new IPEndPoint(from, 0));
            client.Connect(_listener.Local.ToEndPoint());
            Give(Accept());
            return new NetworkStream(client, ownsSocket: true);
        }

        private TcpSocket Accept()
        {
            TcpSocket? accepted;
            while (_listener.Accept(out accepted) == SystemError.WouldBlock) { }

            return accepted!;
        }
    }
}
