using System.Collections;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Edge.Hosting.Links;
using Edge.Hosting.Metrics;
using Edge.Hosting.Settings;
using Edge.Hosting.Tests.Support;
using Edge.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Hosting.Tests.Links;

/// <summary>Processes with the settings of one PoP meet.</summary>
public sealed class ProcessBusesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly string _key;
    private readonly string _peers = $"e1={FreeAddress()},c1={FreeAddress()}";

    public ProcessBusesTests() => _key = _folder.Write(new string('a', 64));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_TwoOfOnePop_AnswerEachOther()
    {
        await using var edge = Start(Executables.Edge, "e1", _key);
        await using var control = Start(Executables.Control, "c1", _key);
        Assert.Null(edge.Nats);
        Assert.Same(edge.Lan, Assert.Single(edge.ForRequests));
        Assert.Same(edge.Lan, edge.ForMedia.Near);
        using var answering = edge.Lan.Subscribe(
            "question",
            message => edge.Lan.TryPublish(message.ReplyTo!, "answer"u8)
        );
        using var limit = new CancellationTokenSource(Patience);
        while (!control.Lan.Peers.Any(peer => peer.IsConnected))
        {
            await Task.Delay(10, limit.Token);
        }

        var reply = await control.Lan.RequestAsync("question", default, Patience, limit.Token);
        Assert.Equal("answer", Encoding.UTF8.GetString(reply.Payload.Span));
    }

    [Fact]
    public async Task Metrics_PeerComesAndLeaves_ConnectedThenGone()
    {
        await using var edge = Start(Executables.Edge, "e1", _key);
        await using (var control = Start(Executables.Control, "c1", _key))
        {
            await UntilAsync(edge, "connected");
        }

        var table = await UntilAsync(edge, "gone");
        Assert.Equal(0, table.Of("sfu_lan_peers", "connected"));
        Assert.Contains("sfu_lan_suspicions_total{closed}", table.Counters, StringComparer.Ordinal);
    }

    /// <summary>Of two the one with the smaller name connects, and has been trying in vain for long.</summary>
    [Fact]
    public async Task MeetAsync_AnotherThatConnectsIsThere_IsConnected()
    {
        await using var control = Start(Executables.Control, "c1", _key);
        await Task.Delay(TimeSpan.FromSeconds(1));
        await using var edge = Start(Executables.Edge, "e1", _key);
        await edge.MeetAsync();
        Assert.True(Assert.Single(edge.Lan.Peers).IsConnected);
    }

    [Fact]
    public async Task MeetAsync_NobodyIsThere_GoesOn()
    {
        await using var edge = Start(Executables.Edge, "e1", _key);
        await edge.MeetAsync();
        Assert.False(Assert.Single(edge.Lan.Peers).IsConnected);
    }

    [Fact]
    public async Task Start_AnotherKey_Strangers()
    {
        await using var edge = Start(Executables.Edge, "e1", _key);
        await using var control = Start(
            Executables.Control,
            "c1",
            _folder.Write(new string('b', 64))
        );
        using var limit = new CancellationTokenSource(Patience);
        while (edge.Lan.Handshakes.Refused == 0 && control.Lan.Handshakes.Refused == 0)
        {
            await Task.Delay(10, limit.Token);
        }

        Assert.DoesNotContain(control.Lan.Peers, peer => peer.IsConnected);
    }

    /// <summary>Nothing is reached yet, and the process runs: NATS may come later.</summary>
    [Fact]
    public async Task Start_NatsThatIsNotThere_ConnectionsOfTheirOwnForMediaOfAnEdge()
    {
        var nats = ("EDGE_NATS", $"nats://{FreeAddress()}");
        await using var edge = Start(Executables.Edge, "e1", _key, nats);
        await using var control = Start(Executables.Control, "c1", _key, nats);
        Assert.NotSame(edge.Nats, edge.NatsMedia);
        Assert.Equal(2, edge.ForRequests.Length);
        Assert.Same(edge.Lan, edge.ForRequests[0]);
        Assert.Same(edge.Nats, edge.ForRequests[1]);
        Assert.Same(edge.NatsMedia, edge.ForMedia.FarMedia);
        Assert.Null(control.NatsMedia);
        Assert.False(edge.Nats!.IsConnected);
    }

    [Fact]
    public async Task Start_AddressInUse_SaysWhich()
    {
        await using var first = Start(Executables.Edge, "e1", _key);
        var process = Read("e1", _key);
        var second = ProcessBuses.Start(
            Executables.Edge,
            process,
            process.Mesh!,
            NullLoggerFactory.Instance
        );
        var failed = Assert.IsType<BusesStart.Failed>(second);
        Assert.StartsWith("EDGE_LAN: ", failed.Problem, StringComparison.Ordinal);
    }

    private static async Task<MetricTable> UntilAsync(ProcessBuses buses, string state)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var table = new MetricTable();
            await BusMetrics.ReportAsync(buses, table);
            if (table.Of("sfu_lan_peers", state) > 0)
            {
                return table;
            }

            await Task.Delay(10, limit.Token);
        }
    }

    private ProcessBuses Start(
        Executables program,
        string node,
        string key,
        params (string Name, string Value)[] settings
    )
    {
        var process = Read(node, key, settings);
        var start = ProcessBuses.Start(program, process, process.Mesh!, NullLoggerFactory.Instance);
        return Assert.IsType<BusesStart.Running>(start).Buses;
    }

    private ProcessSettings Read(
        string node,
        string key,
        params (string Name, string Value)[] settings
    )
    {
        var table = new Hashtable
        {
            ["EDGE_NODE"] = node,
            ["EDGE_POP_KEY_FILE"] = key,
            ["EDGE_PEERS"] = _peers,
        };
        foreach (var (name, value) in settings)
        {
            table[name] = value;
        }

        var fields = new SettingFields(new SettingsSource(Executables.Edge).AddEnvironment(table));
        var read = ProcessSettings.Read(fields, isStandalone: false);
        Assert.Empty(fields.Problems);
        return read;
    }

    private static string FreeAddress()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return probe.LocalEndpoint.ToString()!;
    }
}
