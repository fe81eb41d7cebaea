using System.Collections;
using System.Diagnostics;
using System.Net;
using Edge.Bus.Lan;
using Edge.Hosting.Discovery;
using Edge.Hosting.Settings;
using Edge.Hosting.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Hosting.Tests.Discovery;

/// <summary>A process keeps itself in the catalogue and follows it, whatever the agent does.</summary>
public sealed class PopDiscoveryTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>As the defaults, but faster.</summary>
    private static readonly ConsulTimes Times = new()
    {
        BeatInterval = TimeSpan.FromMilliseconds(60),
        CallWithin = TimeSpan.FromMilliseconds(1500),
        HoldLook = TimeSpan.FromMilliseconds(300),
        LookPause = TimeSpan.FromMilliseconds(5),
        RetryPause = TimeSpan.FromMilliseconds(40),
        OldAfter = TimeSpan.FromMilliseconds(3000),
        DropAfter = TimeSpan.FromMilliseconds(1500),
    };

    private readonly TemporaryFolder _folder = new();
    private readonly ListLogger _log = new();
    private ScriptedConsul _consul = null!;
    private Uri _url = null!;

    public async Task InitializeAsync()
    {
        _consul = await ScriptedConsul.StartAsync();
        _url = _consul.Url;
    }

    public async Task DisposeAsync()
    {
        await _consul.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Start_ThenEnd_RegisteredUntilTheEnd()
    {
        await using var lan = StartLan("n1");
        await using (Start(lan, "n1"))
        {
            await UntilAsync(() => Passes() > 2);
            Assert.Equal("edge.local.n1", Assert.Single(_consul.Services).Key);
            Assert.Equal(1, Registrations());
        }

        Assert.Empty(_consul.Services);
        Assert.Equal(1, _log.Count("Information 8200"));
        Assert.Single(_log.Lines);
    }

    /// <summary>Those in the catalogue become peers and stay ones of the settings; a process of another PoP, whose name
    /// may be this one's in capitals, does not.</summary>
    [Fact]
    public async Task Look_Others_PeersOfTheLan()
    {
        await using var lan = StartLan("n1");
        await using var discovery = Start(lan, "n1", ("EDGE_PEERS", "s1=127.0.0.1:1"));
        _consul.Add("n2", 2);
        _consul.Add("n3", 3, pop: "LOCAL");
        await UntilPeersAsync(lan, "n2", "s1");
        _consul.Remove("n2");
        await UntilPeersAsync(lan, "s1");
        Assert.Equal(1, _log.Count("8206: n2 "));
    }

    /// <summary>Three that know nothing but the agent, connected for real.</summary>
    [Fact]
    public async Task Start_Three_AllConnected()
    {
        string[] names = ["n1", "n2", "n3"];
        var lans = names.Select(StartLan).ToArray();
        var discoveries = names.Zip(lans, (name, lan) => Start(lan, name)).ToArray();
        await UntilAsync(() =>
            lans.All(lan => lan.Peers.Count == 2 && lan.Peers.All(peer => peer.IsConnected))
        );

        // The catalogue loses them for much longer than a peer may be missing in it, and has this one only.
        _consul.Instead = async context =>
        {
            if (context.Request.Method is "GET")
            {
                return false;
            }

            var isFirst = context.Request.Path.Value!.EndsWith(".n1", StringComparison.Ordinal);
            context.Response.StatusCode = isFirst ? 200 : 500;
            await context.Response.CompleteAsync();
            return true;
        };
        _consul.Services.TryRemove("edge.local.n2", out _);
        _consul.Services.TryRemove("edge.local.n3", out _);
        await Task.Delay(Times.DropAfter * 2);
        Assert.All(lans, lan => Assert.Equal(2, lan.Peers.Count));
        Assert.Equal(0, _log.Count("8206"));

        foreach (var discovery in discoveries)
        {
            await discovery.DisposeAsync();
        }

        foreach (var lan in lans)
        {
            await lan.DisposeAsync();
        }
    }

    /// <summary>In the words of every version (404, 500), by itself, within a few beats.</summary>
    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Beat_AgentBackEmpty_RegisteredAgain(int status)
    {
        await using var lan = StartLan("n1");
        await using var discovery = Start(lan, "n1");
        await UntilAsync(() => Passes() > 0);
        _consul.Instead = context =>
        {
            var isPass = context.Request.Path.StartsWithSegments(
                "/v1/agent/check",
                StringComparison.Ordinal
            );
            var isRefused = isPass && _consul.Services.IsEmpty;
            context.Response.StatusCode = isRefused ? status : 200;
            return Task.FromResult(isRefused);
        };
        _consul.Add("n2", 2);
        await UntilPeersAsync(lan, "n2");
        _consul.Forget();
        await UntilAsync(() => _consul.Services.ContainsKey("edge.local.n1"));
        Assert.Equal(2, Registrations());
    }

    /// <summary>An agent that refuses for a while, not even by its own fault, costs a line of the log.</summary>
    [Theory]
    [InlineData("status", "Refused")]
    [InlineData("forbidden", "Forbidden")]
    [InlineData("abort", "Unreachable")]
    [InlineData("hang", "TimedOut")]
    public async Task Outage_AnyKind_PeersStayAndEachChangeIsSaidOnce(string how, string fault)
    {
        await using var lan = StartLan("n1");
        await using var discovery = Start(lan, "n1");
        _consul.Add("n2", 2);
        await UntilPeersAsync(lan, "n2");
        Break(how);
        await UntilAsync(() => _log.Count("Warning 8202") > 0);
        await Task.Delay(Times.DropAfter);
        Assert.Equal("n2", Assert.Single(lan.Peers).Name);
        Assert.Equal(1, _log.Count("Warning 8201"));
        Assert.Equal(1, _log.Count($"({fault}). The 1 peers found in it stay."));

        _consul.Forget();
        _consul.Instead = null;
        await UntilAsync(() => _consul.Services.ContainsKey("edge.local.n1"));
        await UntilAsync(() => _log.Count("Information 8203") > 0);
        Assert.Equal(1, _log.Count("Information 8203"));
        Assert.Equal(0, _log.Count("Error"));
        // The agent that came back has never heard of n2, which is not connected either.
        await UntilPeersAsync(lan);
    }

    /// <summary>Without a token that shows it a catalogue is empty: nobody is dropped by that, and it is said.</summary>
    [Fact]
    public async Task Look_EmptyForWhoMayNotRead_PeersStay()
    {
        await using var lan = StartLan("n1");
        await using var discovery = Start(lan, "n1");
        _consul.Add("n2", 2);
        await UntilPeersAsync(lan, "n2");
        _consul.Instead = async context =>
        {
            if (context.Request.Method is "GET")
            {
                context.Response.Headers["X-Consul-Index"] = "99";
                await context.Response.Body.WriteAsync("[]"u8.ToArray());
                return true;
            }

            return false;
        };
        await UntilAsync(() => _log.Count("(Incomplete). The 1 peers found in it stay.") > 0);
        Assert.Equal("n2", Assert.Single(lan.Peers).Name);
    }

    /// <summary>What cannot be used is said once, however often it is seen.</summary>
    [Fact]
    public async Task Look_UnusableAndRefused_SaidOnce()
    {
        var (first, second) = Names.FindOfOneNumber();
        await using var lan = StartLan("n1");
        await using var discovery = Start(lan, "n1");
        _consul.Add(first, 2);
        await UntilPeersAsync(lan, first);
        _consul.Add("n.3", 3);
        _consul.Add(second, 4);
        _consul.Add("n5", 5);
        await UntilPeersAsync(lan, "n5", first);
        _consul.Remove("n5");
        await UntilPeersAsync(lan, first);
        Assert.Equal(1, _log.Count("Error 8208: 1 "));
        Assert.Equal(1, _log.Count($"Error 8207: {second} of Consul's catalogue is refused"));
    }

    /// <summary>An agent that answers nothing does not hold up the end of a process.</summary>
    [Fact]
    public async Task Dispose_AgentThatHangs_EndsInTime()
    {
        await using var lan = StartLan("n1");
        var discovery = Start(lan, "n1");
        await UntilAsync(() => Passes() > 0);
        Break("hang");
        await Task.Delay(Times.CallWithin);
        var watch = Stopwatch.StartNew();
        await discovery.DisposeAsync();
        Assert.True(watch.Elapsed < Times.CallWithin * 4, $"{watch.Elapsed}");
        await discovery.DisposeAsync();
    }

    /// <summary>Nobody is asked to be there when a process starts.</summary>
    [Fact]
    public async Task Start_BeforeTheAgent_FoundWhenItComes()
    {
        await _consul.DisposeAsync();
        await using var lan = StartLan("n1");
        await using var discovery = Start(lan, "n1");
        await UntilAsync(() => _log.Count("Warning 8201") > 0);
        _consul = await ScriptedConsul.StartAsync(_url.Port);
        _consul.Add("n2", 2);
        await UntilPeersAsync(lan, "n2");
        await UntilAsync(() => _consul.Services.ContainsKey("edge.local.n1"));
    }

    private void Break(string how) =>
        _consul.Instead = async context =>
        {
            switch (how)
            {
                case "status":
                    context.Response.StatusCode = 500;
                    break;
                case "forbidden":
                    context.Response.StatusCode = 403;
                    break;
                case "abort":
                    context.Abort();
                    break;
                default:
                    await Task.Delay(Timeout.Infinite, context.RequestAborted)
                        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    break;
            }

            return true;
        };

    private int Passes() => _consul.Count("/pass/");

    private int Registrations() => _consul.Count("/register?");

    private PopDiscovery Start(
        LanBus lan,
        string node,
        params (string Name, string Value)[] settings
    ) =>
        PopDiscovery.Start(
            Executables.Edge,
            Read(node, [("EDGE_CONSUL", _url.ToString()), .. settings]),
            lan,
            Times,
            _log
        );

    private LanBus StartLan(string node)
    {
        var process = Read(node, ("EDGE_CONSUL", "http://127.0.0.1:1"));
        var start = LanBus.Start(
            new LanBusOptions
            {
                Name = node,
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                Keys = [.. process.PopKeys.Select(key => new LanKey(key.Id, key.Bytes))],
            },
            NullLogger.Instance
        );
        return Assert.IsType<LanBusStart.Running>(start).Bus;
    }

    private ProcessSettings Read(string node, params (string Name, string Value)[] settings)
    {
        var table = new Hashtable
        {
            ["EDGE_NODE"] = node,
            ["EDGE_POP_KEY_FILE"] = _folder.Write(new string('a', 64)),
        };
        foreach (var (name, value) in settings)
        {
            table[name] = value;
        }

        var fields = new SettingFields(new SettingsSource(Executables.Edge).AddEnvironment(table));
        var process = ProcessSettings.Read(fields, isStandalone: false);
        Assert.Empty(fields.Problems);
        return process;
    }

    private Task UntilPeersAsync(LanBus lan, params string[] names) =>
        UntilAsync(() =>
            lan
                .Peers.Select(peer => peer.Name)
                .SequenceEqual(names.Order(StringComparer.Ordinal), StringComparer.Ordinal)
        );

    private async Task UntilAsync(Func<bool> isSo)
    {
        var watch = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(watch.Elapsed < Patience, string.Join('\n', _log.Lines));
            await Task.Delay(5);
        }
    }
}
