using Conformance.Tests.Remote;
using Conformance.Tests.Support;

namespace Conformance.Tests.Network;

/// <summary>A server in a network of its own, somebody beside it who stays, and a client that moves.</summary>
internal sealed class HomeLab : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly List<HttpClient> _clients = [];

    private HomeLab(HomeNetwork network)
    {
        Network = network;
        _parts.Add(network);
    }

    public HomeNetwork Network { get; }

    /// <summary>Peers that stay where they are.</summary>
    public IPeerHost Staying { get; private set; } = null!;

    /// <summary>Peers that move.</summary>
    public IPeerHost Moving { get; private set; } = null!;

    /// <summary>The API, asked from beside the server.</summary>
    public ApiClient Api { get; private set; } = null!;

    /// <summary>The API, asked from where the moving client is.</summary>
    public ApiClient MovingApi { get; private set; } = null!;

    /// <summary>Starts it.</summary>
    public static async Task<HomeLab> StartAsync(MovingKind kind)
    {
        var lab = new HomeLab(await HomeNetwork.CreateAsync());
        try
        {
            await lab.StartPartsAsync(kind);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        // The network goes last: the others are in it.
        foreach (var part in Enumerable.Reverse(_parts))
        {
            await part.DisposeAsync();
        }
    }

    private async Task StartPartsAsync(MovingKind kind)
    {
        Staying = Add(NodeHost.Start(NodeHost.Libwebrtc, Network.AtServer));
        var lab = CallsLab.Elsewhere(
            Network.AtServer,
            new HostHttpHandler(Staying),
            ("EDGE_HTTP", $"{HomeNetwork.ServerAddress}:0"),
            ("EDGE_MEDIA", $"{HomeNetwork.ServerAddress}:0"),
            ("EDGE_PLAIN_HTTP", "1"),
            ("EDGE_STANDALONE", "1")
        );
        _parts.Add(new LabPart(lab));
        await lab.InitializeAsync();
        Api = lab.Api;
        Moving =
            kind == MovingKind.Page
                ? Add(await PageHost.StartAsync(lab.Control.Url, Network.AtClient))
                : Add(NodeHost.Start(NodeHost.Libwebrtc, Network.AtClient));
        var http = new HttpClient(new HostHttpHandler(Moving));
        _clients.Add(http);
        MovingApi = lab.ApiFrom(http);
    }

    private T Add<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    private sealed class LabPart(CallsLab lab) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await lab.DisposeAsync();
            lab.Dispose();
        }
    }
}
