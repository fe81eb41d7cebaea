using System.Collections;
using System.Globalization;
using Control.Server.Settings;
using Control.Server.Tests.Support;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Tests.Settings;

/// <summary>What settings of this process name: files, limits, TURN servers.</summary>
public sealed class SettingsFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-settings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AddFile_EveryKindOfValue_Taken()
    {
        var path = Write(
            """{"EDGE_SHARDS":2,"EDGE_STANDALONE":true,"EDGE_APPS":["a:b","c:d"],"EDGE_POP":"ams","EDGE_LAN":""}"""
        );
        var result = SettingsReader.Read(
            new SettingsSource(Executables.Control).AddFile(path),
            StartMode.Normal
        );
        var settings = Assert.IsType<SettingsResult<ControlSettings>.Accepted>(result).Settings;
        Assert.Equal(
            (2, "ams", 2),
            (settings.Media.Shards, settings.Process.Pop, settings.Apps.Length)
        );
    }

    [Fact]
    public void Read_TurnServers_StunAndTurnApart()
    {
        var secret = Write("north\n");
        var result = Read(
            (
                "EDGE_TURN_URLS",
                "stun:t.example, turn:t.example:3478?transport=udp,turns:[::1]:5349"
            ),
            ("EDGE_TURN_SECRET_FILE", secret)
        );
        var turn = Assert.IsType<SettingsResult<ControlSettings>.Accepted>(result).Settings.Turn!;
        Assert.Equal(["stun:t.example"], turn.StunUrls.ToArray());
        Assert.Equal(
            ["turn:t.example:3478?transport=udp", "turns:[::1]:5349"],
            turn.TurnUrls.ToArray()
        );
        Assert.Equal("north", turn.Secret);
        Assert.DoesNotContain("north", turn.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://t.example")]
    [InlineData("turn:")]
    [InlineData("turn:t.example?transport=tls")]
    [InlineData("stun:t.example?transport=udp,turn:t.example")]
    [InlineData("turn:user@t.example")]
    [InlineData("turn:t.example:99999")]
    [InlineData("turn:t.example,")]
    [InlineData("stun:t.example")]
    public void Read_WrongTurnUrls_OneProblem(string urls)
    {
        var result = Read(("EDGE_TURN_URLS", urls), ("EDGE_TURN_SECRET_FILE", Write("north")));
        var problem = Assert.Single(
            Assert.IsType<SettingsResult<ControlSettings>.Refused>(result).Problems
        );
        Assert.StartsWith("EDGE_TURN_URLS", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EDGE_TURN_URLS", "turn:t.example", "EDGE_TURN_SECRET_FILE")]
    [InlineData("EDGE_TURN_SECRET_FILE", "x", "EDGE_TURN_URLS")]
    public void Read_HalfOfTurn_NamesTheOther(string name, string value, string missing)
    {
        var problem = Assert.Single(
            Assert.IsType<SettingsResult<ControlSettings>.Refused>(Read((name, value))).Problems
        );
        Assert.StartsWith(missing, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "EDGE_OPERATOR_TOKEN_FILE")]
    [InlineData("two words that are long", "EDGE_OPERATOR_TOKEN_FILE")]
    [InlineData("short", "EDGE_OPERATOR_TOKEN_FILE")]
    public void Read_WrongOperatorToken_Refused(string text, string expected)
    {
        var result = Read(("EDGE_OPERATOR_TOKEN_FILE", Write(text)));
        var problem = Assert.Single(
            Assert.IsType<SettingsResult<ControlSettings>.Refused>(result).Problems
        );
        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OperatorWithoutAStateFile_Warned()
    {
        var result = Read(("EDGE_OPERATOR_TOKEN_FILE", Write("a-long-operator-token")));
        var settings = Assert.IsType<SettingsResult<ControlSettings>.Accepted>(result).Settings;
        Assert.Equal("a-long-operator-token", settings.OperatorToken);
        Assert.Contains(
            settings.Warnings,
            text => text.Contains("memory", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Read_Limits_OthersKeepTheirDefaults()
    {
        var result = Read(("EDGE_LIMITS", "tracksPerRequest=8, bodyBytes=65536"));
        var limits = Assert
            .IsType<SettingsResult<ControlSettings>.Accepted>(result)
            .Settings.Limits;
        Assert.Equal(
            (8, 65_536, 50),
            (limits.TracksPerRequest, limits.BodyBytes, limits.RequestsPerSecondPerSession)
        );
    }

    /// <summary>The node refuses nothing that the settings accept, and is told each of its times.</summary>
    [Theory]
    [InlineData("connectWaitMs", "0")]
    [InlineData("connectWaitMs", "60000")]
    [InlineData("mediaWaitMs", "0")]
    [InlineData("mediaWaitMs", "60000")]
    [InlineData("trackIdleMs", "1000")]
    [InlineData("trackIdleMs", "3600000")]
    [InlineData("sessionIdleMs", "1000")]
    [InlineData("sessionIdleMs", "300000")]
    [InlineData("ackWaitMs", "0")]
    [InlineData("ackWaitMs", "300000")]
    [InlineData("qualityIntervalMs", "1000")]
    [InlineData("qualityIntervalMs", "600000")]
    public void Read_TimesOfTheNode_ReachIt(string name, string value)
    {
        var result = Read(("EDGE_LIMITS", $"requestSeconds=300,{name}={value}"));
        var settings = Assert.IsType<SettingsResult<ControlSettings>.Accepted>(result).Settings;
        var options = NodeLauncher.ToOptions(settings.Process, settings.Media);
        Assert.Empty(options.Validate());
        var limit = Assert.Single(
            CallsLimits.All,
            each => string.Equals(each.Name, name, StringComparison.Ordinal)
        );
        var given = new CallsLimits { Times = options.Calls };
        Assert.Equal(value, limit.Read(given).ToString(CultureInfo.InvariantCulture));
        Assert.NotEqual(new CallsLimits().Times, options.Calls);
    }

    [Theory]
    [InlineData("trackIdleMs=999", "'trackIdleMs' wants a whole number from 1000 to 3600000")]
    [InlineData("connectWaitMs=-1", "'connectWaitMs' wants a whole number")]
    [InlineData("mediaWaitMs=25000", "connectWaitMs and mediaWaitMs together")]
    [InlineData("requestSeconds=13", "connectWaitMs and mediaWaitMs together")]
    public void Read_TimesThatCannotBe_Refused(string text, string expected)
    {
        var result = Read(("EDGE_LIMITS", text));
        var problem = Assert.Single(
            Assert.IsType<SettingsResult<ControlSettings>.Refused>(result).Problems
        );
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    private static SettingsResult<ControlSettings> Read(
        params (string Name, string Value)[] variables
    )
    {
        var table = new Hashtable();
        foreach (var (name, value) in variables)
        {
            table[name] = value;
        }

        return SettingsReader.Read(
            new SettingsSource(Executables.Control).AddEnvironment(table),
            StartMode.Normal
        );
    }

    [Fact]
    public void Write_Help_NamesEverySetting()
    {
        var text = HelpText.Write();
        foreach (var setting in SettingName.All)
        {
            Assert.Contains(setting.Name, text, StringComparison.Ordinal);
        }

        foreach (var limit in CallsLimits.All)
        {
            Assert.Contains(limit.Name, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ToString_AppCredential_HidesTheSecret() =>
        Assert.DoesNotContain(
            TestServer.Secret,
            new AppCredential("one", TestServer.Secret).ToString(),
            StringComparison.Ordinal
        );

    private string Write(string text)
    {
        var path = Path.Combine(_folder, "file");
        File.WriteAllText(path, text);
        return path;
    }
}
