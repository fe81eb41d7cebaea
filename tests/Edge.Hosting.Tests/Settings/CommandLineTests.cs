using Edge.Hosting.Settings;

namespace Edge.Hosting.Tests.Settings;

/// <summary>The arguments of the programs.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public void Parse_EachForm_AsMeant()
    {
        Assert.Equal(
            new CommandLine.Serve(null, false),
            CommandLine.Parse(Executables.Control, [])
        );
        Assert.Equal(
            new CommandLine.Serve("f", true),
            CommandLine.Parse(Executables.Control, ["--lan", "--config", "f"])
        );
        Assert.IsType<CommandLine.Help>(
            CommandLine.Parse(Executables.Control, ["--lan", "--help"])
        );
        Assert.IsType<CommandLine.Version>(CommandLine.Parse(Executables.Control, ["--version"]));
        Assert.IsType<CommandLine.Wrong>(CommandLine.Parse(Executables.Control, ["--config"]));
        Assert.IsType<CommandLine.Wrong>(
            CommandLine.Parse(Executables.Control, ["--config", "a", "--config", "b"])
        );
        Assert.IsType<CommandLine.Wrong>(CommandLine.Parse(Executables.Control, ["--wrong"]));
    }

    [Fact]
    public void Parse_LanOfAnEdge_Wrong() =>
        Assert.IsType<CommandLine.Wrong>(CommandLine.Parse(Executables.Edge, ["--lan"]));
}
