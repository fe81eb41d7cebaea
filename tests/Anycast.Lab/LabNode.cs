using Edge.Processes;
using Edge.Processes.Links;
using Edge.Processes.Routing;

namespace Anycast.Lab;

/// <summary>A node of a PoP: a machine with the anycast address on loopback, BIRD, anycastd and an edge.</summary>
public sealed class LabNode : IAsyncDisposable
{
    /// <summary>The hold after a fault: the shortest that there is, so that a node that was killed is soon back.</summary>
    private const string HoldSeconds = "1";

    private readonly (string, string)[] _settings;
    private readonly int _pop;
    private readonly int _number;
    private BirdProcess? _bird;
    private ChildProcess? _anycastd;
    private EdgeProcess? _edge;
    private PacketWatch? _watch;

    private LabNode(NetworkSpace space, int pop, int number, (string, string)[] settings)
    {
        Space = space;
        _pop = pop;
        _number = number;
        _settings = [.. settings, ("EDGE_NODE", Name)];
    }

    /// <summary>Where it is.</summary>
    public NetworkSpace Space { get; }

    /// <summary>Its name, which is that of its link at the router, too.</summary>
    public string Name => $"n{_number}";

    /// <summary>Its own address.</summary>
    public string Address4 => LabPlan.Lower4(Link);

    /// <summary>The same by IPv6.</summary>
    public string Address6 => LabPlan.Lower6(Link);

    /// <summary>The packets of clients that come to it and leave it.</summary>
    public PacketWatch Packets => _watch!;

    /// <summary>The edge's process id.</summary>
    public int EdgeId => _edge!.Id;

    /// <summary>What the edge printed.</summary>
    public string Output => _edge!.Output;

    private int Link => LabPlan.NodeLink(_pop, _number);

    internal static async Task<LabNode> StartAsync(
        NetworkSpace router,
        int pop,
        int number,
        (string, string)[] settings
    )
    {
        var node = new LabNode(
            await NetworkSpace.CreateAsync($"p{pop}n{number}"),
            pop,
            number,
            settings
        );
        try
        {
            await LabPlan.ConnectAsync(node.Name, node.Link, router, node.Space);
            await node.Space.IpAsync("address", "add", $"{LabPlan.Anycast4}/32", "dev", "lo");
            await node.Space.IpAsync("address", "add", $"{LabPlan.Anycast6}/128", "dev", "lo");
            node._watch = PacketWatch.Start(node.Space);
            node._bird = await BirdProcess.StartAsync(
                node.Space,
                BirdProcess.Delivered("bird.conf"),
                BirdTexts.Settings(pop, number)
            );
            await node.StartEdgeAsync();
            await node.StartAnycastdAsync();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the edge, again after it has ended.</summary>
    public async Task StartEdgeAsync()
    {
        if (_edge is not null)
        {
            await _edge.DisposeAsync();
        }

        _edge = await EdgeProcess.StartAsync(
            Space.Prefix,
            [
                .. _settings,
                ("EDGE_ADMIN", "127.0.0.1:8081"),
                ("EDGE_MEDIA", $"[::]:{LabPlan.MediaPort}"),
                // A connection stays with the node that accepted it.
                ("EDGE_MEDIA_TCP", $"{Address4}:{LabPlan.MediaPort}"),
                ("EDGE_ADVERTISE", $"{LabPlan.Anycast4},{LabPlan.Anycast6}"),
            ]
        );
    }

    /// <summary>Has the edge drain and end (SIGTERM), and does not wait for it.</summary>
    public Task DrainAsync() => _edge!.TerminateAsync();

    /// <summary>Waits until the edge has ended; its exit code.</summary>
    public Task<int> EdgeEndAsync() => _edge!.ExitCodeAsync();

    /// <summary>Ends the edge at once (SIGKILL).</summary>
    public void KillEdge() => _edge!.Kill();

    /// <summary>Stops all that runs there (SIGSTOP), as a machine does that dies: its links stay, and nothing is said.</summary>
    public async Task FreezeAsync()
    {
        await _bird!.StopAsync();
        await _edge!.PauseAsync();
        await _anycastd!.SignalAsync("STOP");
    }

    /// <summary>Lets all go on after <see cref="FreezeAsync"/>.</summary>
    public async Task ThawAsync()
    {
        await _edge!.ContinueAsync();
        await _bird!.ContinueAsync();
        await _anycastd!.SignalAsync("CONT");
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_anycastd is not null)
        {
            await _anycastd.DisposeAsync();
        }

        if (_edge is not null)
        {
            // A drain would wait for clients that a test has left where they were.
            await _edge.StopAsync();
            await _edge.DisposeAsync();
        }

        if (_bird is not null)
        {
            await _bird.DisposeAsync();
        }

        _watch?.Dispose();
        await Space.DisposeAsync();
    }

    private async Task StartAnycastdAsync() =>
        _anycastd = await ServerProcess.StartAsync(
            [.. Space.Prefix, .. Programs.RequireAnycastd()],
            [
                .. _settings,
                ("EDGE_ADMIN", "127.0.0.1:8083"),
                ("EDGE_ANYCAST_BIRD", _bird!.Socket),
                (
                    "EDGE_ANYCAST_PROBE",
                    $"{LabPlan.Anycast4}:{LabPlan.MediaPort},[{LabPlan.Anycast6}]:{LabPlan.MediaPort}"
                ),
                ("EDGE_ANYCAST_PEERS", PeersOf(_pop)),
                ("EDGE_ANYCAST_HOLD_SECONDS", HoldSeconds),
                ("EDGE_ANYCAST_HOLD_MAX_SECONDS", HoldSeconds),
            ]
        );

    private static string PeersOf(int pop) =>
        string.Join(
            ',',
            Enumerable
                .Range(1, LabPlan.Nodes)
                .Select(node => $"n{node}={LabPlan.Lower4(LabPlan.NodeLink(pop, node))}:7200")
        );
}
