using System.Globalization;
using Edge.Processes;
using Edge.Testing;

namespace Terraform.Lab;

/// <summary>Two packages of the programs that publish.sh made: the second one says that it is of an hour later.</summary>
public sealed class PackagePair : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly string _folder;

    private PackagePair(string folder) => _folder = folder;

    /// <summary>The path of the first one's tarball.</summary>
    public required string Former { get; init; }

    /// <summary>That of the second one.</summary>
    public required string Newer { get; init; }

    /// <summary>Makes them.</summary>
    public static async Task<PackagePair> MakeAsync()
    {
        var edge = Programs.RequireEdge();
        if (edge.Count != 1)
        {
            throw new InvalidOperationException("Nodes get native programs. Run: ./publish.sh");
        }

        var folder = Directory.CreateTempSubdirectory("edge-packages-").FullName;
        try
        {
            var from = Path.GetDirectoryName(edge[0])!;
            return new PackagePair(folder)
            {
                Former = await PackAsync(from, Path.Combine(folder, "former")),
                Newer = await PackAsync(
                    await MakeNewerAsync(from, Path.Combine(folder, "newer-programs")),
                    Path.Combine(folder, "newer")
                ),
            };
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The same programs, which are said to be newer.</summary>
    private static async Task<string> MakeNewerAsync(string from, string into)
    {
        Directory.CreateDirectory(into);
        foreach (var name in new[] { "edge", "control", "anycastd" })
        {
            File.CreateSymbolicLink(Path.Combine(into, name), Path.Combine(from, name));
        }

        var lines = await File.ReadAllLinesAsync(Path.Combine(from, "BUILD.txt"));
        await File.WriteAllLinesAsync(Path.Combine(into, "BUILD.txt"), lines.Select(AnHourLater));
        return into;
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
        if (await pack.EndInputAsync(Longest) != 0)
        {
            throw new InvalidOperationException(pack.Output);
        }

        return Directory.EnumerateFiles(into, "*.tar.gz").Single();
    }
}
