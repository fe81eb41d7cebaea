using System.Globalization;
using System.Net;
using Edge.Processes;
using Edge.Processes.Links;
using Edge.Processes.Routing;

namespace Anycast.Lab;

/// <summary>A PoP: a router that spreads flows over three nodes, and behind it, beside them, a control and a nats-server.</summary>
public sealed class LabPop : IAsyncDisposable
{
    /// <summary>Fields of fib_multipath_hash_fields (the kernel's ip-sysctl.rst): the source port is always in the hash, so that
    /// the flows of one client are spread; source, destination, protocol and destination port are in it or not. No two of
    /// these spread flows alike.</summary>
    private static readonly int[] HashFields =
    [
        0x10,
        0x37,
        0x11,
        0x36,
        0x12,
        0x35,
        0x14,
        0x33,
        0x30,
        0x17,
        0x31,
        0x16,
        0x32,
        0x15,
        0x34,
        0x13,
    ];

    private readonly List<LabNode> _nodes = [];
    private readonly NetworkSpace _router;
    private readonly NetworkSpace _back;
    private BirdProcess? _bird;
    private NatsServer? _nats;
    private ControlProcess? _control;
    private int _spreads;

    private LabPop(int number, NetworkSpace router, NetworkSpace back)
    {
        Number = number;
        _router = router;
        _back = back;
        Routes = RouteLog.Start(router);
    }

    /// <summary>Its number, from 1.</summary>
    public int Number { get; }

    /// <summary>Its name.</summary>
    public string Name => $"pop{Number}";

    /// <summary>Its nodes.</summary>
    public IReadOnlyList<LabNode> Nodes => _nodes;

    /// <summary>Its control.</summary>
    public ControlProcess Control => _control!;

    /// <summary>What the router's kernel says of its routes.</summary>
    public RouteLog Routes { get; }

    /// <summary>Where the router is.</summary>
    public NetworkSpace Router => _router;

    /// <summary>Makes its router, linked to the core, and the place of control and nats-server.</summary>
    internal static async Task<LabPop> CreateAsync(LabCore core, int number)
    {
        var router = await LabPlan.CreateRouterAsync($"p{number}router");
        NetworkSpace back;
        try
        {
            back = await NetworkSpace.CreateAsync($"p{number}back");
        }
        catch
        {
            await router.DisposeAsync();
            throw;
        }

        var pop = new LabPop(number, router, back);
        try
        {
            await core.ConnectAsync(number, router);
            await LabPlan.ConnectAsync("back", LabPlan.BackLink(number), router, back);
            await router.SetAsync("ipv4/fib_multipath_hash_policy", "3");
            await router.SetAsync("ipv6/fib_multipath_hash_policy", "3");
            await pop.SpreadAnewAsync();
            return pop;
        }
        catch
        {
            await pop.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts its nats-server, which joins those of other PoPs when they are there.</summary>
    internal async Task StartNatsAsync(LabSecrets secrets) =>
        _nats = await NatsServer.StartAsync(
            new NatsPlace(_back.Prefix, LabPlan.BackAddress(Number), LabPlan.NatsPort),
            $$"""
            {{secrets.NatsSettings}}
            server_name: {{Name}}
            gateway {
              name: {{Name}}
              host: {{LabPlan.BackAddress(Number)}}
              port: {{LabPlan.GatewayPort}}
              gateways: [ {{string.Join(", ", Others().Select(Gateway))}} ]
            }
            """
        );

    /// <summary>Waits until it has joined them.</summary>
    internal Task UntilJoinedAsync() =>
        Patience.UntilAsync(
            $"the nats-server of {Name} has joined the others",
            () => Task.FromResult(_nats!.Output),
            output =>
                output.Split("Outbound gateway connection").Count(IsRegistered) >= Others().Count()
        );

    /// <summary>Starts everything else and waits until the router spreads flows over all nodes.</summary>
    internal async Task StartAsync(LabSecrets secrets)
    {
        var settings = Settings(secrets);
        _bird = await BirdProcess.StartAsync(
            _router,
            BirdProcess.Delivered("router.conf"),
            BirdTexts.Settings(Number),
            BirdTexts.Nodes(Number)
        );
        for (var number = 1; number <= LabPlan.Nodes; number++)
        {
            _nodes.Add(await LabNode.StartAsync(_router, Number, number, settings));
        }

        _control = await ControlProcess.StartAsync(
            _back.Prefix,
            [
                .. settings,
                ("EDGE_NODE", "c1"),
                ("EDGE_HTTP", $"{LabPlan.BackAddress(Number)}:{LabPlan.HttpPort}"),
                ("EDGE_PLAIN_HTTP", "1"),
            ]
        );
        await UntilSpreadAsync();
    }

    /// <summary>Has the router spread flows anew: most go to another node from now on.</summary>
    public async Task SpreadAnewAsync()
    {
        var fields = HashFields[_spreads++ % HashFields.Length];
        var text = fields.ToString(CultureInfo.InvariantCulture);
        await _router.SetAsync("ipv4/fib_multipath_hash_fields", text);
        await _router.SetAsync("ipv6/fib_multipath_hash_fields", text);
    }

    /// <summary>Waits until the router's kernel sends both addresses to just these nodes, all of them by default.</summary>
    public Task UntilSpreadAsync(params LabNode[] nodes)
    {
        IReadOnlyList<LabNode> expected = nodes.Length == 0 ? _nodes : nodes;
        string[] hops =
        [
            .. expected.Select(node => node.Address4),
            .. expected.Select(node => node.Address6),
        ];
        return Patience.UntilAsync(
            $"the router's next hops are {string.Join(' ', hops)}",
            async () =>
                string.Join(' ', (await Hops.ReadAsync(_router)).Order(StringComparer.Ordinal)),
            seen =>
                string.Equals(
                    seen,
                    string.Join(' ', hops.Order(StringComparer.Ordinal)),
                    StringComparison.Ordinal
                )
        );
    }

    /// <summary>Waits until the control takes sessions, and all BFD sessions of the router are up.</summary>
    internal async Task UntilReadyAsync(NetworkSpace site)
    {
        using var http = new HttpClient(site.CreateHandler());
        await Patience.UntilAsync(
            $"the control of {Name} is ready",
            async () =>
            {
                using var response = await http.GetAsync(new Uri(Control.Url, "/readyz"));
                return response.StatusCode;
            },
            seen => seen == HttpStatusCode.OK
        );
        await UntilBfdAsync();
    }

    /// <summary>Waits until all BFD sessions of the router are up: with each node and with the core, by both families.</summary>
    public Task UntilBfdAsync() =>
        Patience.UntilAsync(
            $"all BFD sessions of {Name} are up",
            () => _bird!.AskAsync("show bfd sessions"),
            seen => seen.Split(" Up ").Length - 1 == 2 * (LabPlan.Nodes + 1)
        );

    /// <summary>Ends it; control before edges: nobody then waits for an answer that does not come.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_control is not null)
        {
            await _control.DisposeAsync();
        }

        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        if (_nats is not null)
        {
            await _nats.DisposeAsync();
        }

        if (_bird is not null)
        {
            await _bird.DisposeAsync();
        }

        await Routes.DisposeAsync();
        await _back.DisposeAsync();
        await _router.DisposeAsync();
    }

    private (string, string)[] Settings(LabSecrets secrets)
    {
        var peers = Enumerable
            .Range(1, LabPlan.Nodes)
            .Select(node =>
                $"n{node}={LabPlan.Lower4(LabPlan.NodeLink(Number, node))}:{LabPlan.LanPort}"
            )
            .Append($"c1={LabPlan.BackAddress(Number)}:{LabPlan.LanPort}");
        return
        [
            ("EDGE_POP", Name),
            ("EDGE_PEERS", string.Join(',', peers)),
            ("EDGE_SHARDS", "1"),
            .. secrets.SettingsOf(Number),
        ];
    }

    private IEnumerable<int> Others() =>
        Enumerable.Range(1, LabPlan.Pops).Where(pop => pop != Number);

    private static string Gateway(int pop) =>
        $"{{ name: pop{pop}, url: nats://{LabPlan.BackAddress(pop)}:{LabPlan.GatewayPort} }}";

    private static bool IsRegistered(string text) =>
        text.Split('\n')[0].TrimEnd().EndsWith("registered", StringComparison.Ordinal);
}
