using System.Collections;
using System.Diagnostics;
using System.Text;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Links;
using Edge.Hosting.Settings;
using Edge.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Host.Tests.Discovery;

/// <summary>Two edges as processes and the buses of a control find each other by nothing but a real Consul, and keep
/// each other without it.</summary>
public sealed class ConsulTests : IAsyncLifetime
{
    /// <summary>What a process may take to be back in a catalogue that has lost it.</summary>
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(10);

    /// <summary>The PoP of processes that are told of none.</summary>
    private const string Pop = "local";

    private static readonly string[] All = ["c1", "e1", "e2"];

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-consul-").FullName;
    private ConsulServer _consul = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(Key, new string('a', 64));
        _consul = await ConsulServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _consul.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string Key => Path.Combine(_folder, "pop.key");

    /// <summary>All three are in the catalogue with what they are, and connected; one that ends cleanly leaves
    /// it.</summary>
    [Fact]
    public async Task Start_OnlyConsul_AllMeetAndLeave()
    {
        await using var control = StartControl();
        await using var first = await StartEdgeAsync("e1");
        await using var second = await StartEdgeAsync("e2");
        await UntilAllMetAsync(control, first, second);
        Assert.Contains("Consul    ", first.Output, StringComparison.Ordinal);
        var entries = await ReadCatalogueAsync();
        Assert.Equal(
            "c1 control passing,e1 edge passing,e2 edge passing",
            string.Join(',', entries.Order(StringComparer.Ordinal))
        );

        await second.TerminateAsync();
        await UntilListedAsync("c1", "e1");
        await control.DisposeAsync();
        await UntilListedAsync("e1");
    }

    /// <summary>Consul is killed for longer than a time to live and comes back with nothing: nobody loses anybody,
    /// nobody's connection ends, and in time all are registered again.</summary>
    [Fact]
    public async Task Kill_AndBackEmpty_NothingLostAndAllRegisteredInTime()
    {
        await using var control = StartControl();
        await using var first = await StartEdgeAsync("e1");
        await using var second = await StartEdgeAsync("e2");
        await UntilAllMetAsync(control, first, second);
        var lost = 0;
        using var watch = control.Lan.WatchPeers(peer => lost += peer.IsConnected ? 0 : 1);

        await _consul.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(12));
        await AssertAnsweredAsync(control);
        await _consul.RestartAsync();
        var since = Stopwatch.StartNew();
        await UntilListedAsync(All);
        Assert.True(since.Elapsed < BackWithin, $"{since.Elapsed} until all were back.");

        Assert.Equal(0, lost);
        Assert.DoesNotContain("not connected any more", first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("no peer any more", first.Output, StringComparison.Ordinal);

        // The catalogue that came back is followed like the old one.
        await using var third = await StartEdgeAsync("e3");
        await UntilConnectedAsync(control, "e1", "e2", "e3");
    }

    /// <summary>An agent that is stopped takes connections and answers nothing: the LAN goes on, processes end in time,
    /// and what was missed is made up for.</summary>
    [Fact]
    public async Task Pause_OfTheAgent_NothingBlocks()
    {
        await using var control = StartControl();
        await using var first = await StartEdgeAsync("e1");
        await using var second = await StartEdgeAsync("e2");
        await UntilAllMetAsync(control, first, second);

        await _consul.StopAsync();
        await Task.Delay(TimeSpan.FromSeconds(8));
        await AssertAnsweredAsync(control);
        Assert.Equal(["e1", "e2"], Connected(control));

        // One ends and another begins meanwhile, as fast as ever.
        var ending = Stopwatch.StartNew();
        await second.TerminateAsync();
        await Patience.UntilAsync(
            "e2 ends",
            () => Task.FromResult(second.HasEnded),
            ended => ended
        );
        Assert.Equal(ExitCode.Success, await second.ExitCodeAsync());
        Assert.True(ending.Elapsed < TimeSpan.FromSeconds(5), $"{ending.Elapsed} to end.");
        await using var third = await StartEdgeAsync("e3");

        await _consul.ContinueAsync();
        await UntilConnectedAsync(control, "e1", "e3");
    }

    /// <summary>A process that dies is critical after its time to live; its peers have lost it long before.</summary>
    [Fact]
    public async Task Kill_OfAnEdge_CriticalInTheCatalogue()
    {
        await using var control = StartControl();
        await using var first = await StartEdgeAsync("e1");
        await UntilConnectedAsync(control, "e1");
        first.Kill();
        await Patience.UntilAsync(
            "e1 is critical",
            ReadCatalogueAsync,
            entries => entries.Contains("e1 edge critical", StringComparer.Ordinal)
        );
        Assert.Empty(Connected(control));
    }

    private ProcessBuses StartControl()
    {
        var settings = new Hashtable
        {
            ["EDGE_NODE"] = "c1",
            ["EDGE_LAN"] = "127.0.0.1:0",
            ["EDGE_POP_KEY_FILE"] = Key,
            ["EDGE_CONSUL"] = _consul.Url.ToString(),
        };
        var fields = new SettingFields(
            new SettingsSource(Executables.Control).AddEnvironment(settings)
        );
        var process = ProcessSettings.Read(fields, isStandalone: false);
        Assert.Empty(fields.Problems);
        var start = ProcessBuses.Start(
            Executables.Control,
            process,
            process.Mesh!,
            NullLoggerFactory.Instance
        );
        return Assert.IsType<BusesStart.Running>(start).Buses;
    }

    private Task<EdgeProcess> StartEdgeAsync(string node) =>
        EdgeProcess.StartAsync(
            ("EDGE_NODE", node),
            ("EDGE_LAN", $"127.0.0.1:{FreePorts.TcpAndUdp()}"),
            ("EDGE_POP_KEY_FILE", Key),
            ("EDGE_SHARDS", "1"),
            ("EDGE_CONSUL", _consul.Url.ToString())
        );

    private async Task UntilAllMetAsync(ProcessBuses control, EdgeProcess first, EdgeProcess second)
    {
        await UntilConnectedAsync(control, "e1", "e2");
        await UntilSaidAsync(first, "e2 is connected");
        await UntilSaidAsync(second, "e1 is connected");
        await UntilListedAsync(All);
    }

    /// <summary>Both edges still answer over the LAN, at once.</summary>
    private static async Task AssertAnsweredAsync(ProcessBuses control)
    {
        var heard = new HashSet<string>(StringComparer.Ordinal);
        using var watch = control.Lan.Subscribe(
            "nodes.>",
            message =>
            {
                lock (heard)
                {
                    heard.Add(Encoding.UTF8.GetString(message.Payload));
                }
            }
        );
        await Patience.UntilAsync(
            "both edges announce themselves",
            () =>
            {
                lock (heard)
                {
                    return Task.FromResult(string.Join('\n', heard));
                }
            },
            said =>
                said.Contains("\"e1\"", StringComparison.Ordinal)
                && said.Contains("\"e2\"", StringComparison.Ordinal)
        );
    }

    private static Task UntilConnectedAsync(ProcessBuses control, params string[] names) =>
        Patience.UntilAsync(
            $"{string.Join(',', names)} are connected",
            () => Task.FromResult(string.Join(',', Connected(control))),
            connected => string.Equals(connected, string.Join(',', names), StringComparison.Ordinal)
        );

    private static string[] Connected(ProcessBuses control) =>
        [.. control.Lan.Peers.Where(peer => peer.IsConnected).Select(peer => peer.Name)];

    private static Task UntilSaidAsync(EdgeProcess edge, string text) =>
        Patience.UntilAsync(
            $"an edge says '{text}'",
            () => Task.FromResult(edge.Output),
            output => output.Contains(text, StringComparison.Ordinal)
        );

    private Task UntilListedAsync(params string[] names) => _consul.UntilListedAsync(Pop, names);

    private async Task<IReadOnlyList<string>> ReadCatalogueAsync() =>
        [
            .. (await _consul.ReadAsync(Pop)).Select(entry =>
                $"{entry.Node} {entry.Kind} {entry.Status}"
            ),
        ];
}
