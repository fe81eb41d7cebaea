using System.Globalization;
using Edge.Processes;
using Edge.Processes.Links;
using Edge.Processes.Routing;

namespace Anycast.Daemon.Tests.Lab;

/// <summary>One node of the lab: its namespace with the anycast address on loopback, its BIRD, and whatever a test
/// starts in it.</summary>
internal sealed class LabNode : IAsyncDisposable
{
    /// <summary>How long the address stays away after a fault, unless a test says otherwise.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(2);

    private const string Admin = "127.0.0.1:8083";

    private ChildProcess? _anycastd;
    private ChildProcess? _edge;

    public LabNode(NetworkSpace space, BirdProcess bird, int number)
    {
        Space = space;
        Bird = bird;
        Number = number;
    }

    public NetworkSpace Space { get; }

    public BirdProcess Bird { get; }

    public int Number { get; }

    /// <summary>The name of the node and of its link at the router.</summary>
    public string Name => $"n{Number}";

    /// <summary>Where an edge may tell anycastd which process it is.</summary>
    public string ProcessSocket { get; } =
        Path.Combine(Path.GetTempPath(), $"edge-{Guid.NewGuid():N}.sock");

    /// <summary>What anycastd printed.</summary>
    public string Output => _anycastd?.Output ?? "";

    /// <summary>Starts anycastd and waits until it runs.</summary>
    public async Task StartAnycastdAsync(params (string Name, string Value)[] settings) =>
        _anycastd = await ServerProcess.StartAsync(
            [.. Space.Prefix, .. Programs.RequireAnycastd()],
            [
                ("EDGE_NODE", Name),
                ("EDGE_ADMIN", Admin),
                ("EDGE_ANYCAST_BIRD", Bird.Socket),
                ("EDGE_ANYCAST_PROBE", $"{AnycastLab.Address4}:7000,[{AnycastLab.Address6}]:7000"),
                ("EDGE_ANYCAST_HOLD_SECONDS", $"{Hold.TotalSeconds}"),
                ("EDGE_ANYCAST_HUNG_SECONDS", "60"),
                .. settings,
            ]
        );

    /// <summary>Has anycastd end (SIGTERM), and waits for it.</summary>
    public async Task<int> TerminateAnycastdAsync()
    {
        await _anycastd!.SignalAsync("TERM");
        return await _anycastd.EndInputAsync();
    }

    /// <summary>Ends anycastd at once.</summary>
    public async Task KillAnycastdAsync()
    {
        _anycastd!.Kill();
        await _anycastd.DisposeAsync();
        _anycastd = null;
    }

    /// <summary>Starts a real edge with the anycast address.</summary>
    public async Task StartEdgeAsync(
        string keyPath,
        params (string Name, string Value)[] settings
    ) =>
        _edge = await ServerProcess.StartAsync(
            [.. Space.Prefix, .. Programs.RequireEdge()],
            [
                ("EDGE_NODE", Name),
                ("EDGE_ADMIN", "127.0.0.1:8081"),
                ("EDGE_MEDIA", "[::]:7000"),
                ("EDGE_ADVERTISE", $"{AnycastLab.Address4},{AnycastLab.Address6}"),
                ("EDGE_PEERS", $"{Name}=127.0.0.1:7100,c1=127.0.0.1:7101"),
                ("EDGE_POP_KEY_FILE", keyPath),
                .. settings,
            ]
        );

    /// <summary>Ends the edge at once: what a crash looks like.</summary>
    public void KillEdge() => _edge!.Kill();

    /// <summary>A metric of anycastd, by its name with its labels.</summary>
    public async Task<double> MetricAsync(string name)
    {
        using var client = new HttpClient(Space.CreateHandler());
        var text = await client.GetStringAsync(new Uri($"http://{Admin}/metrics"));
        // The name of the node is the last of each one's labels.
        var beginning = name.EndsWith('}') ? name[..^1] + "," : name + "{";
        var line = text.Split('\n')
            .First(each => each.StartsWith(beginning, StringComparison.Ordinal));
        return double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until a metric of anycastd has a value.</summary>
    public Task UntilMetricAsync(string name, double least) =>
        Patience.UntilAsync(
            $"{name} is {least} or more",
            () => MetricAsync(name),
            isEnough: value => value >= least
        );

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _anycastd, _edge })
        {
            if (process is not null)
            {
                await process.DisposeAsync();
            }
        }

        File.Delete(ProcessSocket);
        await Bird.DisposeAsync();
        await Space.DisposeAsync();
    }
}
