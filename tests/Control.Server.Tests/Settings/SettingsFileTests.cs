using System.Collections;
using Control.Server.Settings;
using Control.Server.Tests.Support;

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
