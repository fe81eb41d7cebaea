using System.Collections;
using System.Globalization;
using Control.Server.Lifetime;
using Control.Server.Settings;
using Control.Server.Tests.Support;
using Edge.Hosting.Settings;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Tests.Settings;

/// <summary>Settings files, key files and the command line.</summary>
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
        var result = SettingsReader.Read(new SettingsSource().AddFile(path), StartMode.Normal);
        var settings = Assert.IsType<SettingsResult.Accepted>(result).Settings;
        Assert.Equal((2, "ams", 2), (settings.Shards, settings.Pop, settings.Apps.Length));
    }

    [Fact]
    public void AddEnvironment_AfterAFile_Wins()
    {
        var source = new SettingsSource()
            .AddFile(Write("""{"EDGE_POP":"file","EDGE_NODE":"file"}"""))
            .AddEnvironment(new Hashtable { ["EDGE_POP"] = "environment" });
        Assert.Equal("environment", source.Find("EDGE_POP"));
        Assert.Equal("file", source.Find("EDGE_NODE"));
    }

    [Theory]
    [InlineData("""{"EDGE_SHARDS":2,}""", "not JSON")]
    [InlineData("""[]""", "one JSON object")]
    [InlineData("""{"shards":2}""", "shards")]
    [InlineData("""{"EDGE_SHARDS":{}}""", "EDGE_SHARDS")]
    [InlineData("""{"EDGE_SHARDS":[1]}""", "EDGE_SHARDS")]
    [InlineData("""{"EDGE_POP":"a","EDGE_POP":"b"}""", "twice")]
    [InlineData("""{"EDGE_NATS":"x"}""", "EDGE_NATS")]
    public void AddFile_WrongContent_OneProblem(string json, string expected)
    {
        var source = new SettingsSource().AddFile(Write(json));
        Assert.Contains(expected, Assert.Single(source.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void AddFile_Missing_OneProblem() =>
        Assert.Single(new SettingsSource().AddFile(Path.Combine(_folder, "none")).Problems);

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
        var turn = Assert.IsType<SettingsResult.Accepted>(result).Settings.Turn!;
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
        var problem = Assert.Single(Assert.IsType<SettingsResult.Refused>(result).Problems);
        Assert.StartsWith("EDGE_TURN_URLS", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EDGE_TURN_URLS", "turn:t.example", "EDGE_TURN_SECRET_FILE")]
    [InlineData("EDGE_TURN_SECRET_FILE", "x", "EDGE_TURN_URLS")]
    public void Read_HalfOfTurn_NamesTheOther(string name, string value, string missing)
    {
        var problem = Assert.Single(
            Assert.IsType<SettingsResult.Refused>(Read((name, value))).Problems
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
        var problem = Assert.Single(Assert.IsType<SettingsResult.Refused>(result).Problems);
        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OperatorWithoutAStateFile_Warned()
    {
        var result = Read(("EDGE_OPERATOR_TOKEN_FILE", Write("a-long-operator-token")));
        var settings = Assert.IsType<SettingsResult.Accepted>(result).Settings;
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
        var limits = Assert.IsType<SettingsResult.Accepted>(result).Settings.Limits;
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
        var settings = Assert.IsType<SettingsResult.Accepted>(result).Settings;
        var options = NodeComposition.ToOptions(settings);
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
        var problem = Assert.Single(Assert.IsType<SettingsResult.Refused>(result).Problems);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    private static SettingsResult Read(params (string Name, string Value)[] variables)
    {
        var table = new Hashtable();
        foreach (var (name, value) in variables)
        {
            table[name] = value;
        }

        return SettingsReader.Read(new SettingsSource().AddEnvironment(table), StartMode.Normal);
    }

    [Fact]
    public void Read_PopKeyFile_OneOrTwoKeys()
    {
        var key = new string('a', 64);
        var other = new string('B', 64);
        Assert.Single(ReadKeys($"# old\n{key}\n", out var problems));
        Assert.Empty(problems);
        var keys = ReadKeys($"{key}\n{other}", out problems);
        Assert.Equal((2, 0xAA, 0xBB), (keys.Length, keys[0][0], keys[1][31]));
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abcd")]
    [InlineData("zz")]
    public void Read_PopKeyFileWithoutKeys_OneProblem(string text)
    {
        ReadKeys(text, out var problems);
        Assert.DoesNotContain("abcd", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_CommandLine_EachForm()
    {
        Assert.Equal(new CommandLine.Serve(null, false), CommandLine.Parse([]));
        Assert.Equal(
            new CommandLine.Serve("f", true),
            CommandLine.Parse(["--lan", "--config", "f"])
        );
        Assert.IsType<CommandLine.Help>(CommandLine.Parse(["--lan", "--help"]));
        Assert.IsType<CommandLine.Version>(CommandLine.Parse(["--version"]));
        Assert.IsType<CommandLine.Wrong>(CommandLine.Parse(["--config"]));
        Assert.IsType<CommandLine.Wrong>(CommandLine.Parse(["--config", "a", "--config", "b"]));
        Assert.IsType<CommandLine.Wrong>(CommandLine.Parse(["--wrong"]));
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

    private System.Collections.Immutable.ImmutableArray<System.Collections.Immutable.ImmutableArray<byte>> ReadKeys(
        string text,
        out List<string> problems
    )
    {
        problems = [];
        return PopKeyFile.Read(Write(text), problems);
    }

    private string Write(string text)
    {
        var path = Path.Combine(_folder, "file");
        File.WriteAllText(path, text);
        return path;
    }
}
