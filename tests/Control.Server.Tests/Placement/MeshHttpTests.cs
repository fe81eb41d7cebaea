using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Anycast.Steering;
using Control.Contract.Nodes;
using Control.Server.Lifetime;
using Control.Server.Placement;
using Control.Server.Tests.Support;
using Edge.Bus.InProcess;
using Edge.Hosting.Lifetime;
using Edge.Node.Serving;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Testing.Offers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Control.Server.Tests.Placement;

/// <summary>Two PoPs, each with a real node and an HTTP side that are joined by buses only: whatever one made,
/// the other serves.</summary>
public sealed class MeshHttpTests : IAsyncLifetime
{
    private const string App = "/v1/apps/one";

    private readonly InProcessExchange _nats = new(new(), NullLogger.Instance);
    private readonly List<Place> _places = [];

    [Fact]
    public async Task Session_MadeInOnePop_ServedByTheOther()
    {
        var (fra, ams) = await StartAsync();
        var path = $"{App}/sessions/{await CreateAsync(fra)}";

        Assert.Equal(HttpStatusCode.OK, await SendAsync(ams, HttpMethod.Get, path));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(ams, HttpMethod.Delete, path));
        Assert.Equal(HttpStatusCode.Gone, await SendAsync(fra, HttpMethod.Get, path));
        Assert.Equal(HttpStatusCode.Gone, await SendAsync(ams, HttpMethod.Get, path));
    }

    [Fact]
    public async Task Publisher_OfOnePop_ReadChangedAndEndedByTheOther()
    {
        var (fra, ams) = await StartAsync();
        using var post = NewRequest(HttpMethod.Post, $"{App}/whip/cam");
        post.Content = new StringContent(
            CapturedOffers.Read(CapturedOffers.Browsers[0], "A"),
            Encoding.UTF8,
            new MediaTypeHeaderValue("application/sdp")
        );
        using var created = await fra.Client.SendAsync(post);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var location = created.Headers.Location!.OriginalString;
        await Waiting.UntilAsync(() => ams.Mesh.Node.Report().Publishers == 1);

        using var patch = NewRequest(HttpMethod.Patch, location);
        patch.Headers.TryAddWithoutValidation("If-Match", created.Headers.ETag!.ToString());
        patch.Content = new StringContent(
            "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n",
            Encoding.UTF8,
            new MediaTypeHeaderValue("application/trickle-ice-sdpfrag")
        );
        using var patched = await ams.Client.SendAsync(patch);

        Assert.True(patched.IsSuccessStatusCode, await patched.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, await SendAsync(ams, HttpMethod.Delete, location));
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(fra, HttpMethod.Delete, location));
    }

    [Fact]
    public async Task List_SessionsOfBothPops_OneList()
    {
        var (fra, ams) = await StartAsync();
        string[] made = [await CreateAsync(fra), await CreateAsync(ams), await CreateAsync(fra)];
        // A process that has just begun cannot know yet who is there.
        Assert.Contains(
            "\"incomplete\":true",
            await ReadAsync(ams, $"{App}/sessions"),
            StringComparison.Ordinal
        );
        await Waiting.UntilAsync(() => ams.Mesh.Directory.IsSettled);

        using var list = JsonDocument.Parse(await ReadAsync(ams, $"{App}/sessions"));

        var ids = list
            .RootElement.GetProperty("sessions")
            .EnumerateArray()
            .Select(each => each.GetProperty("sessionId").GetString());
        Assert.Equal(made.Order(StringComparer.Ordinal), ids, StringComparer.Ordinal);
        Assert.False(list.RootElement.TryGetProperty("incomplete", out _));
    }

    /// <summary>Whoever has seen that the stream is open misses nothing, wherever it happens.</summary>
    [Fact]
    public async Task Events_OfTheAppAndOfASession_FromTheOtherPop()
    {
        var (fra, ams) = await StartAsync();
        var id = await CreateAsync(fra);
        using var app = await OpenAsync(ams, $"{App}/events");
        using var session = await OpenAsync(ams, $"{App}/sessions/{id}/events");

        await SendAsync(fra, HttpMethod.Delete, $"{App}/sessions/{id}");

        foreach (var stream in (StreamReader[])[app, session])
        {
            Assert.Equal("id: 1", await stream.ReadLineAsync());
            Assert.Equal("event: session.ended", await stream.ReadLineAsync());
            Assert.Contains(id, await stream.ReadLineAsync(), StringComparison.Ordinal);
        }

        Assert.Equal("\n", await session.ReadToEndAsync());
    }

    [Fact]
    public async Task Events_OfASessionThatIsNot_Gone()
    {
        var (fra, ams) = await StartAsync();
        var id = await CreateAsync(fra);
        await SendAsync(fra, HttpMethod.Delete, $"{App}/sessions/{id}");
        Assert.Equal(
            HttpStatusCode.Gone,
            await SendAsync(ams, HttpMethod.Get, $"{App}/sessions/{id}/events")
        );
    }

    /// <summary>The own node drains: the other PoP takes the client, and nobody is told to come back later.</summary>
    [Fact]
    public async Task NewSession_OwnNodeDrains_InTheOtherPop()
    {
        var (fra, ams) = await StartAsync();
        fra.Service.Tell(NodeReadiness.Draining);
        await Waiting.UntilAsync(() => !fra.Mesh.IsReady);

        await CreateAsync(fra);

        Assert.Equal(1, ams.Node.Report().Callers);
        ams.Service.Tell(NodeReadiness.Draining);
        await Waiting.UntilAsync(() => fra.Mesh.Directory.Look().All(node => !node.TakesSessions));
        using var response = await fra.Client.SendAsync(
            NewRequest(HttpMethod.Post, $"{App}/sessions/new")
        );
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var place in _places)
        {
            await place.DisposeAsync();
        }
    }

    private async Task<(Place Fra, Place Ams)> StartAsync()
    {
        foreach (var pop in (string[])["fra", "ams"])
        {
            _places.Add(await Place.StartAsync(pop, _nats));
        }

        await Waiting.UntilAsync(() =>
            _places.All(place =>
                place.Mesh.Directory.Look().Count(node => node.TakesSessions) == _places.Count
            )
        );
        return (_places[0], _places[1]);
    }

    private static async Task<string> CreateAsync(Place place)
    {
        using var request = NewRequest(HttpMethod.Post, $"{App}/sessions/new");
        using var response = await place.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Created, text);
        using var body = JsonDocument.Parse(text);
        return body.RootElement.GetProperty("sessionId").GetString()!;
    }

    private static async Task<HttpStatusCode> SendAsync(Place place, HttpMethod method, string path)
    {
        using var request = NewRequest(method, path);
        using var response = await place.Client.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<string> ReadAsync(Place place, string path)
    {
        using var request = NewRequest(HttpMethod.Get, path);
        using var response = await place.Client.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<StreamReader> OpenAsync(Place place, string path)
    {
        using var request = NewRequest(HttpMethod.Get, path);
        var response = await place.Client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead
        );
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal(": open", await reader.ReadLineAsync());
        Assert.Equal("", await reader.ReadLineAsync());
        return reader;
    }

    private static HttpRequestMessage NewRequest(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestServer.Secret);
        return request;
    }

    /// <summary>A PoP: a node, and an HTTP side that knows it by its bus.</summary>
    private sealed class Place(
        MediaNode node,
        NodeService service,
        MeshControl mesh,
        ControlServer server,
        ImmutableArray<InProcessBus> buses
    ) : IAsyncDisposable
    {
        public MediaNode Node => node;

        public NodeService Service => service;

        public MeshControl Mesh => mesh;

        public HttpClient Client { get; } = new() { BaseAddress = server.PublicUrls[0] };

        public static async Task<Place> StartAsync(string pop, InProcessExchange nats)
        {
            var lan = new InProcessExchange(new InProcessBusOptions(), NullLogger.Instance);
            ImmutableArray<InProcessBus> buses =
            [
                lan.Connect(),
                nats.Connect(),
                lan.Connect(),
                nats.Connect(),
            ];
            byte[] secret = SHA256.HashData(Encoding.UTF8.GetBytes(pop));
            var options = new MediaNodeOptions
            {
                Media = NetworkAddress.From(new IPEndPoint(IPAddress.Loopback, 0)),
                Pop = pop,
                Node = "n1",
                PopSecret = [.. secret],
                Shards = 1,
            };
            var node = Assert
                .IsType<MediaNodeStart.Running>(
                    MediaNode.Start(options, NullLogger<MediaNode>.Instance)
                )
                .Node;
            var service = NodeService.Start(
                new NodeServiceOptions
                {
                    Pop = pop,
                    Node = options.Node,
                    SessionsMax = options.SessionsMax,
                },
                node,
                [buses[0], buses[1]],
                NullLogger<NodeService>.Instance
            );
            var mesh = MeshControl.Create(
                new MeshControlOptions
                {
                    Pop = pop,
                    Keys = new PopKeyRing(PopKey.Create(OwnerCode.NumberOf(pop), 0, secret)),
                    Lan = buses[2],
                    Nats = buses[3],
                    Loggers = NullLoggerFactory.Instance,
                }
            );
            service.Tell(NodeReadiness.Ready);
            var server = ControlServer.Create(
                TestSettings.Read($"one:{TestServer.Secret}"),
                mesh.Node,
                certificates: null,
                new DrainState(),
                new ServerOptions { Loggers = NullLoggerFactory.Instance }
            );
            await server.StartAsync(CancellationToken.None);
            return new Place(node, service, mesh, server, buses);
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await server.DisposeAsync();
            mesh.Dispose();
            await node.DisposeAsync();
            await service.DisposeAsync();
            foreach (var bus in buses)
            {
                await bus.DisposeAsync();
            }
        }
    }
}
