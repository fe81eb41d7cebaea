using System.Collections;
using System.Net;
using Anycast.Daemon.Settings;
using Anycast.Daemon.Tests.Support;
using Edge.Hosting.Settings;

namespace Anycast.Daemon.Tests.Settings;

public sealed class AnycastSettingsTests
{
    [Fact]
    public void Read_Nothing_Defaults()
    {
        var settings = Accept();
        Assert.Equal(["anycast4", "anycast6"], settings.Protocols.ToArray());
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:7000"), Assert.Single(settings.Media));
        Assert.Equal("http://127.0.0.1:8081/readyz", settings.Ready.ToString());
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:8083"), settings.Admin);
        Assert.Equal("/run/bird/bird.ctl", settings.BirdSocket);
        Assert.Null(settings.Peers);
        Assert.Null(settings.ProcessSocket);
        Assert.False(settings.IsDryRun);
        Assert.Empty(settings.Health.Validate());
    }

    /// <summary>The promise of the defaults: a killed node is gone within a second.</summary>
    [Fact]
    public void Read_Nothing_FallIsUnderASecond()
    {
        var settings = Accept();
        Assert.True((settings.Health.Fall + 1) * settings.Interval < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Read_Everything_Taken()
    {
        using var key = new KeyFile();
        var settings = Accept(
            ("EDGE_NODE", "n2"),
            ("EDGE_ANYCAST_PROTOCOLS", "a4"),
            ("EDGE_ANYCAST_PROBE", "192.0.2.1:7000,[2001:db8::1]:7000"),
            ("EDGE_ANYCAST_READY", "http://[::1]:8081/readyz"),
            ("EDGE_ANYCAST_INTERVAL_MS", "100"),
            ("EDGE_ANYCAST_RISE", "5"),
            ("EDGE_ANYCAST_FALL", "4"),
            ("EDGE_ANYCAST_HOLD_SECONDS", "7"),
            ("EDGE_ANYCAST_HOLD_MAX_SECONDS", "8"),
            ("EDGE_ANYCAST_HUNG_SECONDS", "9"),
            ("EDGE_ANYCAST_PEERS", "n1=10.0.0.1:7200,n2=10.0.0.2:7200"),
            ("EDGE_POP_KEY_FILE", key.Path),
            ("EDGE_ANYCAST_SOCKET", "/run/edge/anycast.sock"),
            ("EDGE_ANYCAST_DRY_RUN", "1")
        );
        Assert.Equal(2, settings.Media.Length);
        Assert.Equal((5, 4), (settings.Health.Rise, settings.Health.Fall));
        Assert.Equal(TimeSpan.FromSeconds(7), settings.Health.Hold);
        Assert.Equal(TimeSpan.FromSeconds(8), settings.Health.HoldMax);
        Assert.Equal(TimeSpan.FromSeconds(9), settings.Health.HungMax);
        Assert.Equal(TimeSpan.FromMilliseconds(400), settings.Health.PeerSilenceMax);
        Assert.Equal("n1", Assert.Single(settings.Peers!.Others).Node);
        Assert.Equal(IPEndPoint.Parse("10.0.0.2:7200"), settings.Peers.Listen);
        Assert.Equal("/run/edge/anycast.sock", settings.ProcessSocket);
        Assert.True(settings.IsDryRun);
    }

    [Theory]
    [InlineData("EDGE_ANYCAST_PROTOCOLS", "a*")]
    [InlineData("EDGE_ANYCAST_PROBE", "0.0.0.0:7000")]
    [InlineData("EDGE_ANYCAST_PROBE", "127.0.0.1")]
    [InlineData("EDGE_ANYCAST_READY", "https://127.0.0.1/readyz")]
    [InlineData("EDGE_ANYCAST_READY", "readyz")]
    [InlineData("EDGE_ANYCAST_INTERVAL_MS", "49")]
    [InlineData("EDGE_ANYCAST_FALL", "1")]
    [InlineData("EDGE_ANYCAST_RISE", "0")]
    [InlineData("EDGE_ANYCAST_HOLD_MAX_SECONDS", "1")]
    [InlineData("EDGE_ANYCAST_DRY_RUN", "yes")]
    [InlineData("EDGE_ANYCAST_NOTHING", "1")]
    public void Read_Wrong_NamedInTheOneProblem(string name, string value) =>
        Assert.StartsWith(name, Assert.Single(Refuse((name, value))), StringComparison.Ordinal);

    [Fact]
    public void Read_SocketPathTooLong_OneProblem() =>
        Assert.StartsWith(
            "EDGE_ANYCAST_BIRD",
            Assert.Single(Refuse(("EDGE_ANYCAST_BIRD", "/" + new string('a', 107)))),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("n2=10.0.0.2:7200", "EDGE_ANYCAST_LISTEN")]
    [InlineData("n1=10.0.0.1:7200,n1=10.0.0.2:7200", "EDGE_ANYCAST_PEERS")]
    [InlineData("n1=10.0.0.1:7200,n2=[::1]:7200", "EDGE_ANYCAST_PEERS")]
    [InlineData("10.0.0.1:7200", "EDGE_ANYCAST_PEERS")]
    public void Read_WrongPeers_OneProblem(string peers, string problem)
    {
        using var key = new KeyFile();
        var problems = Refuse(("EDGE_ANYCAST_PEERS", peers), ("EDGE_POP_KEY_FILE", key.Path));
        Assert.StartsWith(problem, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PeersWithoutKey_Refused() =>
        Assert.StartsWith(
            "EDGE_POP_KEY_FILE",
            Assert.Single(Refuse(("EDGE_ANYCAST_PEERS", "n1=10.0.0.1:7200,n2=10.0.0.2:7200"))),
            StringComparison.Ordinal
        );

    [Fact]
    public void Read_ListenWithoutPeers_Warned() =>
        Assert.Contains(
            "EDGE_ANYCAST_LISTEN",
            Assert.Single(Accept(("EDGE_ANYCAST_LISTEN", "10.0.0.1:7200")).Warnings),
            StringComparison.Ordinal
        );

    [Fact]
    public void Write_Help_NamesEverySettingOfAnycast()
    {
        var help = HelpText.Write();
        foreach (var setting in SettingName.All)
        {
            Assert.Contains(setting.Name, help, StringComparison.Ordinal);
        }
    }

    private static AnycastSettings Accept(params (string Name, string Value)[] values) =>
        Assert.IsType<SettingsResult<AnycastSettings>.Accepted>(Read(values)).Settings;

    private static IReadOnlyList<string> Refuse(params (string Name, string Value)[] values) =>
        Assert.IsType<SettingsResult<AnycastSettings>.Refused>(Read(values)).Problems;

    private static SettingsResult<AnycastSettings> Read((string Name, string Value)[] values)
    {
        var variables = new Hashtable();
        foreach (var (name, value) in values)
        {
            variables[name] = value;
        }

        return AnycastSettings.Read(
            new SettingsSource(Executables.Anycast).AddEnvironment(variables)
        );
    }
}
