using System.Security.Cryptography;

namespace Edge.Processes;

/// <summary>A PoP on loopback: edges and controls as processes of their own.</summary>
public sealed class Pop : IAsyncDisposable
{
    private readonly string _keyPath = Path.GetTempFileName();
    private readonly (string Name, string Value)[] _settings;
    private readonly Func<(string, string)[]> _own;
    private readonly Dictionary<string, EdgeProcess> _edges = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ControlProcess> _controls = new(StringComparer.Ordinal);

    private Pop(
        string name,
        string? nats,
        ConsulServer? consul,
        string[] names,
        bool sharesMedia = false,
        params (string, string)[] more
    )
    {
        File.WriteAllText(_keyPath, RandomNumberGenerator.GetHexString(64));
        _settings =
        [
            ("EDGE_POP", name),
            ("EDGE_POP_KEY_FILE", _keyPath),
            ("EDGE_NATS", nats ?? ""),
            ("EDGE_SHARDS", "1"),
            .. sharesMedia ? Shared() : [],
            .. more,
            .. consul is null ? Peers(names) : [("EDGE_CONSUL", consul.Url.ToString())],
        ];
        _own = () => consul is null ? [] : [("EDGE_LAN", FreeAddress())];
    }

    /// <summary>Starts one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="nats">Where its nats-server is; null: it has none.</param>
    /// <param name="names">Its processes: edges begin with e, those of another revision with o
    /// (<see cref="Programs.OtherEdgeVariable"/>), controls with c.</param>
    public static Task<Pop> StartAsync(string name, string? nats, params string[] names) =>
        StartAsync(name, nats, consul: null, names);

    /// <summary>Starts one whose processes find each other by Consul alone.</summary>
    public static Task<Pop> StartAsync(
        string name,
        string? nats,
        ConsulServer? consul,
        params string[] names
    ) => StartAsync(new Pop(name, nats, consul, names), names);

    /// <summary>Starts one whose edges share one media address: the kernel chooses among them by flow.</summary>
    public static Task<Pop> StartSharingAsync(string name, params string[] names) =>
        StartAsync(new Pop(name, nats: null, consul: null, names, sharesMedia: true), names);

    /// <summary>The same with a nats-server for other PoPs.</summary>
    public static Task<Pop> StartSharingAsync(string name, NatsServer nats, params string[] names)
    {
        ArgumentNullException.ThrowIfNull(nats);
        return StartAsync(new Pop(name, nats.Url, consul: null, names, sharesMedia: true), names);
    }

    /// <summary>The same without one; its edges keep each other's sessions.</summary>
    public static Task<Pop> StartKeepingAsync(string name, params string[] names) =>
        StartAsync(
            new Pop(
                name,
                nats: null,
                consul: null,
                names,
                sharesMedia: true,
                ("EDGE_TAKEOVER", "1")
            ),
            names
        );

    private static async Task<Pop> StartAsync(Pop pop, string[] names)
    {
        try
        {
            foreach (var each in names)
            {
                await pop.StartProcessAsync(each);
            }

            return pop;
        }
        catch
        {
            await pop.DisposeAsync();
            throw;
        }
    }

    /// <summary>One of its edges.</summary>
    public EdgeProcess Edge(string name) => _edges[name];

    /// <summary>One of its controls.</summary>
    public ControlProcess Control(string name) => _controls[name];

    /// <summary>Starts an edge again that has ended.</summary>
    public async Task StartAgainAsync(string edge)
    {
        await _edges[edge].DisposeAsync();
        _edges.Remove(edge);
        await StartProcessAsync(edge);
    }

    /// <summary>Ends all of it at once: the power is gone.</summary>
    public void Kill()
    {
        foreach (var control in _controls.Values)
        {
            control.Kill();
        }

        foreach (var edge in _edges.Values)
        {
            edge.Kill();
        }
    }

    /// <summary>Ends controls before edges: nobody then waits for an answer that does not come.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var control in _controls.Values)
        {
            await control.DisposeAsync();
        }

        foreach (var edge in _edges.Values)
        {
            await edge.DisposeAsync();
        }

        File.Delete(_keyPath);
    }

    private async Task StartProcessAsync(string name)
    {
        (string, string)[] settings = [.. _settings, .. _own(), ("EDGE_NODE", name)];
        switch (name[0])
        {
            case 'e':
                _edges.Add(name, await EdgeProcess.StartAsync(settings));
                break;
            case 'o':
                _edges.Add(name, await EdgeProcess.StartOtherAsync(settings));
                break;
            default:
                _controls.Add(name, await ControlProcess.StartAsync([], settings));
                break;
        }
    }

    private static (string, string)[] Peers(string[] names) =>
        [("EDGE_PEERS", string.Join(',', names.Select(each => $"{each}={FreeAddress()}")))];

    private static (string, string)[] Shared() =>
        [
            ("EDGE_MEDIA", $"127.0.0.1:{FreePorts.Udp()}"),
            ("EDGE_MEDIA_SHARED", "1"),
            ("EDGE_MEDIA_TCP", "127.0.0.1:0"),
        ];

    private static string FreeAddress() => $"127.0.0.1:{FreePorts.TcpAndUdp()}";
}
