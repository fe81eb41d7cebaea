using Edge.Processes;

namespace Mesh.Tests.Support;

/// <summary>The nats-servers of some PoPs, joined over gates that count what they carry and can be shut.</summary>
/// <remarks>PoPs are numbered from 0. Servers joined by gateways tell each other all addresses that any of them knows, so
/// each has one address for all others: its gate.</remarks>
internal sealed class NatsNet : IAsyncDisposable
{
    private readonly List<NatsServer> _servers = [];

    /// <summary>Of each PoP, between its processes and its server.</summary>
    private readonly List<TcpGate> _entries = [];

    /// <summary>To servers that are joined by gateways.</summary>
    private readonly Dictionary<int, TcpGate> _gateways = [];

    /// <summary>From leaves to their hubs.</summary>
    private readonly Dictionary<(int Leaf, int Hub), TcpGate> _leaves = [];

    private NatsNet() { }

    /// <summary>How many PoPs.</summary>
    public int Count => _servers.Count;

    /// <summary>Joins each with each by gateways.</summary>
    public static Task<NatsNet> StartGatewaysAsync(int count) =>
        StartAsync(net => net.Gateways(count));

    /// <summary>Joins two hubs, 0 and 1, by gateways, and to each a leaf: 2 to the first, 3 to the second.</summary>
    public static Task<NatsNet> StartHubsAndLeavesAsync() =>
        StartAsync(net =>
        {
            var hubs = net.Gateways(count: 2);
            var ports = (FreePorts.Tcp(), FreePorts.Tcp());
            return
            [
                hubs[0] + net.HubOf(leaf: 2, hub: 0, ports.Item1),
                hubs[1] + net.HubOf(leaf: 3, hub: 1, ports.Item2),
                net.Leaf(leaf: 2, hub: 0),
                net.Leaf(leaf: 3, hub: 1),
            ];
        });

    /// <summary>Where the processes of a PoP reach their server.</summary>
    public string UrlOf(int pop) => $"nats://127.0.0.1:{_entries[pop].Port}";

    /// <summary>Bytes that the processes of a PoP have given to their server.</summary>
    public long Left(int pop) => _entries[pop].BytesToTarget;

    /// <summary>Bytes that came to a PoP's server from those of other PoPs.</summary>
    public long Came(int pop) =>
        (_gateways.TryGetValue(pop, out var gate) ? gate.BytesToTarget : 0)
        + _leaves.Where(each => each.Key.Hub == pop).Sum(each => each.Value.BytesToTarget)
        + _leaves.Where(each => each.Key.Leaf == pop).Sum(each => each.Value.BytesFromTarget);

    /// <summary>Ends a server at once.</summary>
    public Task KillAsync(int pop) => _servers[pop].KillAsync();

    /// <summary>Parts all that are joined by gateways; leaves keep their hubs.</summary>
    public void Cut() => ForGateways(gate => gate.Cut());

    /// <summary>Joins them again.</summary>
    public void Heal() => ForGateways(gate => gate.Heal());

    /// <summary>Parts them, and no server is told: connections stay, and nothing comes of them.</summary>
    public void Stall() => ForGateways(gate => gate.Stall());

    /// <summary>Joins them again; what was held back comes late.</summary>
    public void Resume() => ForGateways(gate => gate.Resume());

    /// <summary>Lets only so much through of each connection between them; 0 for anything.</summary>
    public void Limit(long bytesPerSecond) => ForGateways(gate => gate.Limit(bytesPerSecond));

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        foreach (var gate in _entries.Concat(_gateways.Values).Concat(_leaves.Values))
        {
            await gate.DisposeAsync();
        }
    }

    private static async Task<NatsNet> StartAsync(Func<NatsNet, IReadOnlyList<string>> configure)
    {
        var net = new NatsNet();
        try
        {
            foreach (var settings in configure(net))
            {
                var server = await NatsServer.StartAsync(settings);
                net._servers.Add(server);
                net._entries.Add(TcpGate.Open(server.Port));
            }

            await net.UntilJoinedAsync();
            return net;
        }
        catch
        {
            await net.DisposeAsync();
            throw;
        }
    }

    /// <summary>Each gateway has a connection to each other one, and one from there; a leaf's is on both lists.</summary>
    private Task UntilJoinedAsync()
    {
        var expected = (2 * _gateways.Count * (_gateways.Count - 1)) + (2 * _leaves.Count);
        return Patience.UntilAsync(
            $"there are {expected} ends of connections between servers",
            () =>
                Task.FromResult(
                    _servers.Sum(server => server.Output.Split('\n').Count(SaysJoined))
                ),
            seen => seen >= expected
        );
    }

    private string[] Gateways(int count)
    {
        var ports = Enumerable.Range(0, count).Select(_ => FreePorts.Tcp()).ToArray();
        for (var pop = 0; pop < count; pop++)
        {
            _gateways.Add(pop, TcpGate.Open(ports[pop]));
        }

        return [.. ports.Select((port, pop) => Gateway(pop, port))];
    }

    private string Gateway(int pop, int port)
    {
        var others = _gateways
            .Where(other => other.Key != pop)
            .Select(other => $"{{ name: {NameOf(other.Key)}, url: {UrlOf(other.Value)} }}");
        return $$"""
            server_name: {{NameOf(pop)}}
            gateway {
              name: {{NameOf(pop)}}
              host: 127.0.0.1
              port: {{port}}
              advertise: "127.0.0.1:{{_gateways[pop].Port}}"
              gateways: [ {{string.Join(", ", others)}} ]
            }

            """;
    }

    private string HubOf(int leaf, int hub, int port)
    {
        var gate = TcpGate.Open(port);
        _leaves.Add((leaf, hub), gate);
        // A server with both gateways and leaves wants a system account.
        return $$"""
            accounts { SYS { } }
            system_account: SYS
            leafnodes {
              host: 127.0.0.1
              port: {{port}}
              advertise: "127.0.0.1:{{gate.Port}}"
            }

            """;
    }

    private string Leaf(int leaf, int hub) =>
        $$"""
            server_name: {{NameOf(leaf)}}
            leafnodes {
              remotes: [ { url: "{{UrlOf(_leaves[(leaf, hub)])}}" } ]
            }

            """;

    private void ForGateways(Action<TcpGate> act)
    {
        foreach (var gate in _gateways.Values)
        {
            act(gate);
        }
    }

    private static string UrlOf(TcpGate gate) => $"nats://127.0.0.1:{gate.Port}";

    private static string NameOf(int pop) => $"pop{pop + 1}";

    private static bool SaysJoined(string line) =>
        line.Contains("Leafnode connection created", StringComparison.Ordinal)
        || (
            line.Contains("bound gateway connection", StringComparison.Ordinal)
            && line.TrimEnd().EndsWith("registered", StringComparison.Ordinal)
        );
}
