using System.Globalization;
using Edge.Processes;
using Edge.Testing;

namespace Terraform.Tests.Nodes;

/// <summary>Two packages of the programs that publish.sh made: the second one says that it is of an hour later. Made once for all
/// tests that have nodes.</summary>
public sealed class PackagePair : IAsyncLifetime
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-packages-").FullName;

    /// <summary>The path of the first one's tarball.</summary>
    public string Former { get; private set; } = "";

    /// <summary>That of the second one.</summary>
    public string Newer { get; private set; } = "";

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        var edge = Programs.RequireEdge();
        Assert.True(edge.Count == 1, "Nodes get native programs. Run: ./publish.sh");
        var from = Path.GetDirectoryName(edge[0])!;
        var newer = Directory.CreateDirectory(Path.Combine(_folder, "newer-programs")).FullName;
        foreach (var name in new[] { "edge", "control", "anycastd" })
        {
            File.CreateSymbolicLink(Path.Combine(newer, name), Path.Combine(from, name));
        }

        var lines = await File.ReadAllLinesAsync(Path.Combine(from, "BUILD.txt"));
        await File.WriteAllLinesAsync(Path.Combine(newer, "BUILD.txt"), lines.Select(AnHourLater));
        Former = await PackAsync(from, Path.Combine(_folder, "former"));
        Newer = await PackAsync(newer, Path.Combine(_folder, "newer"));
    }

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    private static string AnHourLater(string line)
    {
        const string Committed = "committed: ";
        if (!line.StartsWith(Committed, StringComparison.Ordinal))
        {
            return line;
        }

        var seconds = long.Parse(line[Committed.Length..], CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{Committed}{seconds + 3600}");
    }

    private static async Task<string> PackAsync(string from, string into)
    {
        await using var pack = ChildProcess.Start([
            RepositoryRoot.Combine("scripts/package.sh"),
            from,
            into,
        ]);
        Assert.True(await pack.EndInputAsync(Longest) == 0, pack.Output);
        return Directory.EnumerateFiles(into, "*.tar.gz").Single();
    }
}
