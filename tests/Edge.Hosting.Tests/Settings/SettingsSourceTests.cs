using System.Collections;
using Edge.Hosting.Settings;
using Edge.Hosting.Tests.Support;

namespace Edge.Hosting.Tests.Settings;

/// <summary>Settings files and the environment, and whose settings they are.</summary>
public sealed class SettingsSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AddEnvironment_AfterAFile_Wins()
    {
        var source = Source()
            .AddFile(_folder.Write("""{"EDGE_POP":"file","EDGE_NODE":"file"}"""))
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
    [InlineData("""{"CONSUL_HTTP_TOKEN":"x"}""", "CONSUL_HTTP_TOKEN")]
    public void AddFile_WrongContent_OneProblem(string json, string expected)
    {
        var source = Source().AddFile(_folder.Write(json));
        Assert.Contains(expected, Assert.Single(source.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void AddFile_Missing_OneProblem() =>
        Assert.Single(Source().AddFile(_folder.Combine("none")).Problems);

    /// <summary>One file serves every program; who sets a variable for one program is told that it is for
    /// another.</summary>
    [Fact]
    public void Add_SettingOfAnotherProgram_NotTakenAndWarnedInTheEnvironmentOnly()
    {
        var source = new SettingsSource(Executables.Edge)
            .AddFile(_folder.Write("""{"EDGE_HTTP":"file","EDGE_POP":"ams"}"""))
            .AddEnvironment(new Hashtable { ["EDGE_APPS"] = "app:hush", ["EDGE_TLS_KEY"] = "" });
        Assert.Empty(source.Problems);
        var warning = Assert.Single(source.Warnings);
        Assert.StartsWith("EDGE_APPS", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", warning, StringComparison.Ordinal);
        Assert.Null(source.Find("EDGE_HTTP"));
        Assert.Null(source.Find("EDGE_APPS"));
        Assert.Equal("ams", source.Find("EDGE_POP"));
    }

    private static SettingsSource Source() => new(Executables.Control);
}
