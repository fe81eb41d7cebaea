using System.Net;
using System.Net.Sockets;
using Edge.Processes;
using Edge.Processes.Links;
using Edge.Processes.Routing;

namespace Anycast.Daemon.Tests.Lab;

/// <summary>A router and nodes behind it, each with a BIRD, in namespaces of our own. Needs root.</summary>
/// <remarks>
/// <code>
///                        10.97.1.1 --- 10.97.1.2  n1  lo 198.51.100.1
///   router (AS 64500)  fd97:1::1 --- fd97:1::2        lo 2001:db8:ffff::1     (AS 64512)
///                        10.97.2.1 --- 10.97.2.2  n2  the same
/// </code>
/// </remarks>
internal sealed class AnycastLab : IAsyncDisposable
{
    public const string Address4 = "198.51.100.1";
    public const string Address6 = "2001:db8:ffff::1";

    private readonly NetworkSpace _router;
    private readonly List<LabNode> _nodes = [];
    private BirdProcess? _bird;

    private AnycastLab(NetworkSpace router) => _router = router;

    public LabNode First => _nodes[0];

    public LabNode Second => _nodes[1];

    /// <summary>The router's routes, as they change.</summary>
    public RouteLog Routes { get; private set; } = null!;

    /// <summary>Makes it.</summary>
    public static async Task<AnycastLab> CreateAsync(int nodes)
    {
        var lab = new AnycastLab(await NetworkSpace.CreateAsync("router"));
        try
        {
            for (var number = 1; number <= nodes; number++)
            {
                await lab.AddNodeAsync(number);
            }

            lab.Routes = RouteLog.Start(lab._router);
            lab._bird = await BirdProcess.StartAsync(
                lab._router,
                BirdProcess.Delivered("router.conf"),
                ("settings.conf", Settings(1)),
                ("nodes.conf", string.Concat(Enumerable.Range(1, nodes).Select(Neighbors)))
            );
            await lab.UntilConnectedAsync();
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client beyond the router's link to a node, which is told of ICMP messages by the calls after them.</summary>
    public Socket OpenClient(LabNode node)
    {
        var client = _router.Open(() =>
            new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        );
        client.Connect(IPAddress.Parse($"10.97.{node.Number}.2"), 7000);
        return client;
    }

    /// <summary>Whether the router's kernel sends the address to a node.</summary>
    public async Task<bool> HasRouteAsync(LabNode node)
    {
        var routes4 = await _router.ReadAsync("/sbin/ip", "-4", "route", "show", Address4);
        var routes6 = await _router.ReadAsync("/sbin/ip", "-6", "route", "show", Address6);
        return routes4.Contains($"via 10.97.{node.Number}.2 ", StringComparison.Ordinal)
            && routes6.Contains($"via fd97:{node.Number}::2 ", StringComparison.Ordinal);
    }

    /// <summary>Waits until the router sends both addresses to a node, or none of them.</summary>
    public async Task UntilRouteAsync(LabNode node, RouteChange change) =>
        await Patience.UntilAsync(
            $"the route to {node.Name}: {change}",
            async () => (await HasRouteAsync(node), node.Output),
            isEnough: seen => seen.Item1 == (change == RouteChange.Come)
        );

    /// <summary>Waits until the router has a BFD session up with each node, by IPv4 and by IPv6.</summary>
    public async Task UntilBfdAsync() =>
        await Patience.UntilAsync(
            "every BFD session is up",
            () => _bird!.AskAsync("show bfd sessions"),
            seen => seen.Split(" Up ").Length - 1 == 2 * _nodes.Count
        );

    public async ValueTask DisposeAsync()
    {
        if (Routes is not null)
        {
            await Routes.DisposeAsync();
        }

        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        if (_bird is not null)
        {
            await _bird.DisposeAsync();
        }

        await _router.DisposeAsync();
    }

    private async Task AddNodeAsync(int number)
    {
        var space = await NetworkSpace.CreateAsync($"node{number}");
        BirdProcess? bird = null;
        try
        {
            await NetworkSpace.ConnectAsync(
                $"n{number}",
                (_router, [$"10.97.{number}.1/24", $"fd97:{number}::1/64"]),
                (space, [$"10.97.{number}.2/24", $"fd97:{number}::2/64"])
            );
            await space.IpAsync("address", "add", $"{Address4}/32", "dev", "lo");
            await space.IpAsync("address", "add", $"{Address6}/128", "dev", "lo");
            bird = await BirdProcess.StartAsync(
                space,
                BirdProcess.Delivered("bird.conf"),
                ("settings.conf", Settings(number))
            );
            _nodes.Add(new LabNode(space, bird, number));
        }
        catch
        {
            if (bird is not null)
            {
                await bird.DisposeAsync();
            }

            await space.DisposeAsync();
            throw;
        }
    }

    private async Task UntilConnectedAsync() =>
        await Patience.UntilAsync(
            "every BGP session is established",
            () => _bird!.AskAsync("show protocols"),
            seen => seen.Split("Established").Length - 1 == 2 * _nodes.Count
        );

    private static string Settings(int number) =>
        $"""
            define NODE_ID = 10.97.{number}.2;
            define NODE_AS = 64512;
            define NODE4 = 10.97.{number}.2;
            define NODE6 = fd97:{number}::2;
            define ROUTER_ID = 10.97.0.1;
            define ROUTER_AS = 64500;
            define ROUTER4 = 10.97.{number}.1;
            define ROUTER6 = fd97:{number}::1;
            define ANYCAST4 = {Address4}/32;
            define ANYCAST6 = {Address6}/128;

            """;

    private static string Neighbors(int number) =>
        $$"""
            protocol bgp n{{number}}_4 from node4 { neighbor 10.97.{{number}}.2 as NODE_AS; }
            protocol bgp n{{number}}_6 from node6 { neighbor fd97:{{number}}::2 as NODE_AS; }

            """;
}
