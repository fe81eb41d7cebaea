using System.Diagnostics;
using Xunit.Sdk;

namespace Repository.Tests;

/// <summary>The text files that a commit of this working tree would hold, or a sample of a few.</summary>
internal sealed class RepositoryTree
{
    private static readonly HashSet<string> BinaryExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".bin",
        ".gif",
        ".h264",
        ".ico",
        ".ivf",
        ".jpg",
        ".ogg",
        ".pcap",
        ".png",
        ".webm",
        ".woff2",
        ".y4m",
    };

    private readonly SortedDictionary<string, string> _files;

    private readonly ProjectFile[] _projects;

    private RepositoryTree(SortedDictionary<string, string> files)
    {
        _files = files;
        _projects = [.. OfKind(".csproj").Select(file => new ProjectFile(file.Path, file.Text))];
    }

    /// <summary>The paths from the root, with forward slashes, sorted.</summary>
    public IEnumerable<string> Paths => _files.Keys;

    /// <summary>The text of a file.</summary>
    public string this[string path] => _files[path];

    /// <summary>A tree of a few files, for the tests of the rules themselves.</summary>
    public static RepositoryTree Sample(params (string Path, string Text)[] files) =>
        new(
            new SortedDictionary<string, string>(
                files.ToDictionary(file => file.Path, file => file.Text, StringComparer.Ordinal),
                StringComparer.Ordinal
            )
        );

    /// <summary>The tree this test runs in: tracked files and new ones that git does not ignore.</summary>
    public static RepositoryTree Load()
    {
        var root = FindRoot();
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in List(root))
        {
            var full = Path.Combine(root, path);
            if (!BinaryExtensions.Contains(Path.GetExtension(path)) && File.Exists(full))
            {
                files[path] = File.ReadAllText(full);
            }
        }

        return new RepositoryTree(files);
    }

    /// <summary>Whether a file is there.</summary>
    public bool Has(string path) => _files.ContainsKey(path);

    /// <summary>The files of one kind, by extension with its dot.</summary>
    public IEnumerable<(string Path, string Text)> OfKind(params string[] extensions) =>
        _files
            .Where(file => extensions.Contains(Path.GetExtension(file.Key), StringComparer.Ordinal))
            .Select(file => (file.Key, file.Value));

    /// <summary>The project files.</summary>
    public IEnumerable<ProjectFile> Projects() => _projects;

    /// <summary>The project a source file belongs to; null when it is in none.</summary>
    public ProjectFile? ProjectOf(string path) =>
        Array.Find(
            _projects,
            project => path.StartsWith(project.Folder + "/", StringComparison.Ordinal)
        );

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Edge.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new XunitException("No folder above this test holds Edge.sln.");
    }

    private static string[] List(string root)
    {
        using var git = Process.Start(
            new ProcessStartInfo(
                "git",
                "-c safe.directory=* ls-files --cached --others --exclude-standard -z"
            )
            {
                WorkingDirectory = root,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0
            ? output.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            : throw new XunitException("git ls-files failed: the rules look at what git tracks.");
    }
}
