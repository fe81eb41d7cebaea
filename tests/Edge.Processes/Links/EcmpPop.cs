using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Edge.Native.Sockets;
using Edge.Primitives;
using Edge.Testing.Clients;

namespace Edge.Processes.Links;

/// <summary>A client's site, a router, and a PoP of edges behind it that all have one address; the router spreads flows over
/// them by a hash of addresses and ports (ECMP). Needs root.</summary>
/// <remarks>
/// <code>
///                                        10.96.1.2  edge e1  lo 198.51.100.1
///   clients, control   router          / fd96:1::2           lo 2001:db8:ffff::1
///   10.96.0.2 -------- 10.96.N.1 -----   10.96.2.2  edge e2  the same
///   fd96::2            fd96:N::1       \ 10.96.3.2  edge e3  the same
/// </code>
/// </remarks>
public sealed class EcmpPop : IAsyncDisposable
{
    private const string Address4 = "198.51.100.1";
    private const string Address6 = "2001:db8:ffff::1";
    private const string Nft = "/usr/sbin/nft";
    private const string Table = "lab";
    private const int MediaPort = 7000;
    private const int LanPort = 7100;

    private readonly bool _isIPv6;
    private readonly string _keyPath = Path.GetTempFileName();
    private readonly List<NetworkSpace> _spaces = [];
    private readonly List<ChildProcess> _edges = [];
    private ControlProcess? _control;
    private int _firstHop = 1;

    private EcmpPop(bool isIPv6)
    {
        _isIPv6 = isIPv6;
        File.WriteAllText(_keyPath, RandomNumberGenerator.GetHexString(64));
    }

    /// <summary>The control, beside the clients.</summary>
    public ControlProcess Control => _control!;

    /// <summary>Where clients are.</summary>
    public NetworkSpace Site => _spaces[0];

    private NetworkSpace Router => _spaces[1];

    /// <summary>Starts it.</summary>
    /// <param name="edges">How many edges.</param>
    /// <param name="isIPv6">Whether media goes by IPv6.</param>
    public static async Task<EcmpPop> StartAsync(int edges, bool isIPv6)
    {
        var lab = new EcmpPop(isIPv6);
        try
        {
            await lab.ConnectAsync(edges);
            for (var number = 1; number <= edges; number++)
            {
                lab._edges.Add(await lab.StartEdgeAsync(number, edges));
            }

            lab._control = await ControlProcess.StartAsync(
                lab.Site.Prefix,
                [.. lab.Common(edges), ("EDGE_NODE", "c0"), ("EDGE_LAN", Lan(0))]
            );
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has the router spread flows anew: what came to one edge comes to the next from now on.</summary>
    public Task ReshuffleAsync()
    {
        _firstHop = (_firstHop % _edges.Count) + 1;
        return SpreadAsync(_edges.Count);
    }

    /// <summary>Opens a client's socket.</summary>
    public UdpSocket OpenSocket()
    {
        var local = _isIPv6
            ? NetworkAddress.FromIPv6([0xFD, 0x96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2], 0)
            : NetworkAddress.FromIPv4(0x0A60_0002, 0);
        return Site.Open(() => SocketClient.Open(local));
    }

    /// <summary>Has the router drop all UDP of clients, as the firewall of their site would.</summary>
    public Task BlockUdpAsync() =>
        FilterAsync($"insert rule inet {Table} forward iifname n0 meta l4proto udp drop");

    /// <summary>Packets of clients that the router has sent to each edge.</summary>
    public async Task<ImmutableArray<long>> CountAsync()
    {
        var text = await Router.ReadAsync(Nft, "list", "chain", "inet", Table, "forward");
        return
        [
            .. text.Split("counter packets ")[1..]
                .Select(each => long.Parse(each.Split(' ')[0], CultureInfo.InvariantCulture)),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        if (_control is { } control)
        {
            await control.DisposeAsync();
        }

        foreach (var edge in _edges)
        {
            edge.Kill();
            await edge.DisposeAsync();
        }

        foreach (var space in _spaces)
        {
            await space.DisposeAsync();
        }

        File.Delete(_keyPath);
    }

    private async Task ConnectAsync(int edges)
    {
        _spaces.Add(await NetworkSpace.CreateAsync("site"));
        _spaces.Add(await NetworkSpace.CreateAsync("ecmp"));
        await Router.SetAsync("ipv4/ip_forward", "1");
        await Router.SetAsync("ipv6/conf/all/forwarding", "1");
        await Router.SetAsync("ipv4/fib_multipath_hash_policy", "1");
        await Router.SetAsync("ipv6/fib_multipath_hash_policy", "1");
        await ConnectAsync(Site, number: 0);
        for (var number = 1; number <= edges; number++)
        {
            var space = await NetworkSpace.CreateAsync($"edge{number}");
            _spaces.Add(space);
            await ConnectAsync(space, number);
            await space.IpAsync("address", "add", $"{Address4}/32", "dev", "lo");
            await space.IpAsync("address", "add", $"{Address6}/128", "dev", "lo");
        }

        await SpreadAsync(edges);
        await WatchAsync(edges);
    }

    /// <summary>Counts what is for the address that all have, by the edge that it is sent to.</summary>
    private async Task WatchAsync(int edges)
    {
        _ = Programs.Require(Nft, "apt-get install -y --no-install-recommends nftables");
        await FilterAsync($"add table inet {Table}");
        await Router.RunAsync(
            Nft,
            "add",
            "chain",
            "inet",
            Table,
            "forward",
            "{ type filter hook forward priority 0; }"
        );
        var address = _isIPv6 ? $"ip6 daddr {Address6}" : $"ip daddr {Address4}";
        for (var number = 1; number <= edges; number++)
        {
            await FilterAsync($"add rule inet {Table} forward oifname n{number} {address} counter");
        }
    }

    private Task FilterAsync(string command) => Router.RunAsync([Nft, .. command.Split(' ')]);

    private async Task ConnectAsync(NetworkSpace space, int number)
    {
        await NetworkSpace.ConnectAsync(
            $"n{number}",
            (Router, [$"10.96.{number}.1/24", $"fd96:{number}::1/64"]),
            (space, [$"10.96.{number}.2/24", $"fd96:{number}::2/64"])
        );
        await space.IpAsync("route", "add", "default", "via", $"10.96.{number}.1");
        await space.IpAsync("-6", "route", "add", "default", "via", $"fd96:{number}::1");
    }

    private Task SpreadAsync(int edges)
    {
        List<string> command = _isIPv6
            ? ["-6", "route", "replace", $"{Address6}/128"]
            : ["route", "replace", $"{Address4}/32"];
        for (var hop = 0; hop < edges; hop++)
        {
            var number = ((_firstHop - 1 + hop) % edges) + 1;
            command.AddRange([
                "nexthop",
                "via",
                _isIPv6 ? $"fd96:{number}::2" : $"10.96.{number}.2",
            ]);
        }

        return Router.IpAsync([.. command]);
    }

    private Task<ChildProcess> StartEdgeAsync(int number, int edges) =>
        ServerProcess.StartAsync(
            [.. _spaces[number + 1].Prefix, .. Programs.RequireEdge()],
            [
                .. Common(edges),
                ("EDGE_NODE", $"e{number}"),
                ("EDGE_ADMIN", "127.0.0.1:8081"),
                ("EDGE_LAN", Lan(number)),
                ("EDGE_MEDIA", $"[::]:{MediaPort}"),
                ("EDGE_MEDIA_TCP", $"10.96.{number}.2:{MediaPort}"),
                ("EDGE_ADVERTISE", _isIPv6 ? Address6 : Address4),
            ]
        );

    private (string, string)[] Common(int edges) =>
        [
            ("EDGE_POP", "ams"),
            ("EDGE_POP_KEY_FILE", _keyPath),
            ("EDGE_SHARDS", "1"),
            (
                "EDGE_PEERS",
                string.Join(
                    ',',
                    Enumerable.Range(0, edges + 1).Select(each => $"{Name(each)}={Lan(each)}")
                )
            ),
        ];

    private static string Name(int number) => number == 0 ? "c0" : $"e{number}";

    private static string Lan(int number) => $"10.96.{number}.2:{LanPort}";
}
