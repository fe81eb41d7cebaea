using System.Collections;
using System.Net;
using Edge.Host.Settings;
using Edge.Hosting.Settings;

namespace Edge.Host.Tests.Settings;

/// <summary>What an edge wants to be told.</summary>
public sealed class EdgeSettingsTests : IDisposable
{
    private readonly string _key = Path.GetTempFileName();

    public EdgeSettingsTests() => File.WriteAllText(_key, new string('a', 64));

    public void Dispose() => File.Delete(_key);

    [Fact]
    public void Read_LeastThatIsNeeded_DefaultsOfTheContract()
    {
        var settings = Accept();
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:8081"), settings.Process.Admin);
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:7000"), settings.Media.Address);
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:7100"), settings.Mesh.Lan);
        Assert.Equal(("local", "n1"), (settings.Process.Pop, settings.Process.Node));
        Assert.Equal(TimeSpan.FromSeconds(1), settings.DrainWithdraw);
        Assert.Single(settings.Process.PopKeys);
        Assert.Empty(settings.Warnings);
    }

    /// <summary>Off loopback there is nothing to confirm by hand: an edge is for service.</summary>
    [Fact]
    public void Read_MediaOffLoopback_Accepted() =>
        Assert.Equal(
            "203.0.113.7:7000",
            Accept(("EDGE_MEDIA", "203.0.113.7:7000")).Media.Address.ToString()
        );

    [Fact]
    public void Read_Limits_TimesReachTheNodeAndOthersAreChecked()
    {
        var settings = Accept(("EDGE_LIMITS", "trackIdleMs=2000,tracksPerRequest=7"));
        Assert.Equal(TimeSpan.FromSeconds(2), settings.Media.Times.TrackIdle);
        Assert.StartsWith(
            "EDGE_LIMITS",
            Assert.Single(Refuse(("EDGE_LIMITS", "tracksPerRequest=0"))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Read_DrainWithdraw_ZeroToAMinute()
    {
        Assert.Equal(TimeSpan.Zero, Accept(("EDGE_DRAIN_WITHDRAW_SECONDS", "0")).DrainWithdraw);
        Assert.Equal(
            TimeSpan.FromMinutes(1),
            Accept(("EDGE_DRAIN_WITHDRAW_SECONDS", "60")).DrainWithdraw
        );
        foreach (var wrong in (string[])["61", "-1", "0.5", "x"])
        {
            Assert.StartsWith(
                "EDGE_DRAIN_WITHDRAW_SECONDS",
                Assert.Single(Refuse(("EDGE_DRAIN_WITHDRAW_SECONDS", wrong))),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Read_Takeover_OnlyWhereItIsSaid()
    {
        Assert.False(Accept().IsTakenOver);
        Assert.True(Accept(("EDGE_TAKEOVER", "1")).IsTakenOver);
        Assert.StartsWith(
            "EDGE_TAKEOVER",
            Assert.Single(Refuse(("EDGE_TAKEOVER", "maybe"))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Read_AnycastSocket_APathFromTheRoot()
    {
        Assert.Null(Accept().AnycastSocket);
        Assert.Equal("/run/a.sock", Accept(("EDGE_ANYCAST_SOCKET", "/run/a.sock")).AnycastSocket);
        foreach (var wrong in (string[])["a.sock", $"/{new string('a', 107)}"])
        {
            Assert.StartsWith(
                "EDGE_ANYCAST_SOCKET",
                Assert.Single(Refuse(("EDGE_ANYCAST_SOCKET", wrong))),
                StringComparison.Ordinal
            );
        }
    }

    /// <summary>A TCP connection stays with the edge that accepted it, so that the address of TCP cannot be shared.</summary>
    [Fact]
    public void Read_SharedMedia_WantsAnAddressOfItsOwnForTcp()
    {
        var settings = Accept(("EDGE_MEDIA_SHARED", "1"), ("EDGE_MEDIA_TCP", "[2001:db8::1]:7001"));
        Assert.True(settings.Media.IsShared);
        Assert.Equal("[2001:db8::1]:7001", settings.Media.Tcp?.ToString());
        Assert.Null(Accept().Media.Tcp);
        Assert.All(
            [
                Refuse(("EDGE_MEDIA_SHARED", "1")),
                Refuse(("EDGE_MEDIA_TCP", "0.0.0.0:7001")),
                Refuse(("EDGE_MEDIA_TCP", "here")),
            ],
            problems =>
                Assert.StartsWith(
                    "EDGE_MEDIA_TCP: ",
                    Assert.Single(problems),
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void Read_Front_AddressesSocketAndWhatClientsAreTold()
    {
        Assert.Null(Accept(("EDGE_FRONT_SOCKET", "/run/edge/control.sock")).Media.Front);
        var front = Accept(
            ("EDGE_FRONT", "0.0.0.0:443,[2001:db8::1]:443"),
            ("EDGE_FRONT_ADVERTISE", "203.0.113.7, [2001:db8::1]:8443"),
            ("EDGE_FRONT_SOCKET", "/run/edge/control.sock")
        ).Media.Front!;
        Assert.Equal("0.0.0.0:443 [2001:db8::1]:443", string.Join(' ', front.Addresses));
        Assert.Equal("203.0.113.7:0 [2001:db8::1]:8443", string.Join(' ', front.Advertise));
        Assert.Equal("/run/edge/control.sock", front.Socket);
    }

    /// <summary>Chromium's rule; where the node is behind a NAT, the public address is what clients are told.</summary>
    [Theory]
    [InlineData("127.0.0.1:443", "", true)]
    [InlineData("172.20.0.1:443", "", true)]
    [InlineData("172.20.0.1:443", "203.0.113.7", false)]
    [InlineData("203.0.113.7:443,10.0.0.1:443", "", true)]
    [InlineData("203.0.113.7:444", "", true)]
    [InlineData("10.0.0.1:8443", "", false)]
    [InlineData("[2001:db8::1]:443", "", false)]
    public void Read_FrontThatBrowsersPassOver_Warned(string front, string told, bool isWarned)
    {
        var warnings = Accept(
            ("EDGE_FRONT", front),
            ("EDGE_FRONT_ADVERTISE", told),
            ("EDGE_FRONT_SOCKET", "/run/edge/control.sock")
        ).Warnings;
        Assert.Equal(
            isWarned,
            warnings.Any(text =>
                text.StartsWith("Chromium takes no media", StringComparison.Ordinal)
            )
        );
    }

    [Theory]
    [InlineData("here", null, "EDGE_FRONT")]
    [InlineData("127.0.0.1:7000", null, "EDGE_FRONT")]
    [InlineData("0.0.0.0:7000", "203.0.113.7", "EDGE_FRONT")]
    [InlineData("0.0.0.0:443", null, "EDGE_FRONT_ADVERTISE")]
    [InlineData("127.0.0.1:443", "0.0.0.0", "EDGE_FRONT_ADVERTISE")]
    [InlineData("127.0.0.1:443", "there", "EDGE_FRONT_ADVERTISE")]
    public void Read_WrongFront_OneLine(string front, string? advertise, string name) =>
        Assert.StartsWith(
            name + ": ",
            Assert.Single(
                Refuse(
                    ("EDGE_FRONT", front),
                    ("EDGE_FRONT_ADVERTISE", advertise ?? ""),
                    ("EDGE_FRONT_SOCKET", "/run/edge/control.sock")
                )
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void Read_FrontWithoutSocketOrWithALongOne_OneLine() =>
        Assert.All(
            [
                Refuse(("EDGE_FRONT", "127.0.0.1:443")),
                Refuse(("EDGE_FRONT_SOCKET", "/" + new string('a', 107))),
                Refuse(("EDGE_FRONT_SOCKET", "control.sock")),
            ],
            problems =>
                Assert.StartsWith(
                    "EDGE_FRONT_SOCKET: ",
                    Assert.Single(problems),
                    StringComparison.Ordinal
                )
        );

    [Fact]
    public void Read_NothingSet_AsksForPeersAndKey()
    {
        var result = EdgeSettings.Read(new SettingsSource(Executables.Edge));
        var problems = Assert
            .IsType<SettingsResult<EdgeSettings>.Refused>(result)
            .Problems.Select(line => line.Split(':')[0]);
        Assert.Equal(
            "EDGE_PEERS,EDGE_POP_KEY_FILE",
            string.Join(',', problems.Order(StringComparer.Ordinal))
        );
    }

    [Fact]
    public void Read_Standalone_Refused()
    {
        Accept(("EDGE_STANDALONE", "0"));
        Assert.StartsWith(
            "EDGE_STANDALONE",
            Assert.Single(Refuse(("EDGE_STANDALONE", "1"))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Read_SettingsOfControl_Warned() =>
        Assert.StartsWith(
            "EDGE_HTTP",
            Assert.Single(Accept(("EDGE_HTTP", "wrong")).Warnings),
            StringComparison.Ordinal
        );

    private EdgeSettings Accept(params (string Name, string Value)[] settings)
    {
        var result = Read(settings);
        return result is SettingsResult<EdgeSettings>.Accepted accepted
            ? accepted.Settings
            : throw new InvalidOperationException(
                string.Join('\n', ((SettingsResult<EdgeSettings>.Refused)result).Problems)
            );
    }

    private IReadOnlyList<string> Refuse(params (string Name, string Value)[] settings) =>
        Assert.IsType<SettingsResult<EdgeSettings>.Refused>(Read(settings)).Problems;

    private SettingsResult<EdgeSettings> Read((string Name, string Value)[] settings)
    {
        var table = new Hashtable
        {
            ["EDGE_POP_KEY_FILE"] = _key,
            ["EDGE_PEERS"] = "c1=127.0.0.1:7101",
        };
        foreach (var (name, value) in settings)
        {
            table[name] = value;
        }

        return EdgeSettings.Read(new SettingsSource(Executables.Edge).AddEnvironment(table));
    }
}
