using Edge.Processes;
using Edge.Testing;
using Mesh.Tests.Support;

namespace Mesh.Tests;

/// <summary>The script that starts the lab for a person.</summary>
[Trait("Category", "Netns")]
[Collection(nameof(AloneCollection))]
public sealed class LabScriptTests
{
    private static readonly string Script = RepositoryRoot.Combine("lab.sh");

    [Fact]
    public async Task Started_TypedToThenInterrupted_LeavesNothing()
    {
        await using var script = ChildProcess.Start([Script, "--no-build"]);
        await UntilSaidAsync(script, "Ctrl-C stops everything.");
        Assert.NotEmpty(NamespacesOf(script));
        await script.WriteLineAsync("flip");
        await UntilSaidAsync(script, "Clients' packets come to pop2.");

        await script.SignalAsync("INT");

        Assert.Equal(0, await script.EndInputAsync());
        Assert.Empty(NamespacesOf(script));
    }

    [Theory]
    [InlineData("--help", 0, "It needs root")]
    [InlineData("--pops", 2, "Unknown argument --pops")]
    public async Task Argument_Given_SaysWhatThereIs(string argument, int code, string expected)
    {
        await using var script = ChildProcess.Start([Script, argument]);
        Assert.Equal(code, await script.EndInputAsync());
        Assert.Contains(expected, script.Output, StringComparison.Ordinal);
    }

    private static async Task UntilSaidAsync(ChildProcess script, string text)
    {
        await Patience.UntilAsync(
            $"the script says: {text}",
            () => Task.FromResult(script.Output),
            output => script.HasEnded || output.Contains(text, StringComparison.Ordinal)
        );
        Assert.False(script.HasEnded, script.Output);
    }

    /// <summary>Their names have its process id.</summary>
    private static string[] NamespacesOf(ChildProcess script) =>
        Directory.GetFiles("/var/run/netns", $"edge-*-{script.Id}-*");
}
