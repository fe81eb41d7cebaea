using Edge.Processes;
using Edge.Testing;

namespace Terraform.Tests.Packages;

/// <summary>The tarball and the Debian package: what is in them, their checksums, and that they come out the same twice.</summary>
public sealed class PackageTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-packages-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Pack_SameBinariesLater_SameBytes()
    {
        var from = MakeBinaries(Commit);
        var first = await PackAsync(from, "first");
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.SetLastWriteTimeUtc(file, new DateTime(2040, 1, 2, 3, 4, 6, DateTimeKind.Utc));
        }

        var second = await PackAsync(from, "second");
        var names = NamesIn(first);
        // A tarball, a Debian package, what is in them, and checksums of the two.
        Assert.Equal(4, names.Length);
        Assert.Equal(names, NamesIn(second));
        foreach (var name in names)
        {
            Assert.Equal(
                await File.ReadAllBytesAsync(Path.Combine(first, name)),
                await File.ReadAllBytesAsync(Path.Combine(second, name))
            );
        }
    }

    [Fact]
    public async Task Pack_Tarball_HoldsWhatItsChecksumsSay()
    {
        var into = await PackAsync(MakeBinaries(Commit), "into");
        Assert.Contains(": OK", await RunAsync(into, "sha256sum", "-c", "SHA256SUMS"), Ordinal);
        var tarball = Directory.EnumerateFiles(into, "*.tar.gz").Single();
        await RunAsync(_folder, "tar", "-xzf", tarball);
        var tree = Directory.EnumerateDirectories(_folder, "edge-sfu-*").Single();
        var checkedFiles = await RunAsync(tree, "sha256sum", "-c", "SHA256SUMS");
        foreach (var file in new[] { "bin/edge", "bin/control", "bin/anycastd" })
        {
            Assert.Contains($"{file}: OK", checkedFiles, Ordinal);
            Assert.Equal("755", await ModeAsync(Path.Combine(tree, file)));
        }

        // Every file but the list itself is in the list.
        Assert.Equal(
            Directory.EnumerateFiles(tree, "*", SearchOption.AllDirectories).Count() - 1,
            checkedFiles.TrimEnd().Split('\n').Length
        );
        var components = await File.ReadAllTextAsync(Path.Combine(tree, "COMPONENTS.txt"));
        Assert.Contains("NATS.Client.Core ", components, Ordinal);
        Assert.DoesNotContain("Analyzer", components, Ordinal);
        var build = await File.ReadAllTextAsync(Path.Combine(tree, "BUILD.txt"));
        Assert.Contains($"commit: {Commit}\n", build, Ordinal);
    }

    [Fact]
    public async Task Pack_Debian_HasItsUnitsUsersAndSettings()
    {
        var into = await PackAsync(MakeBinaries(Commit), "into");
        var package = Directory.EnumerateFiles(into, "*.deb").Single();
        var tree = Path.Combine(_folder, "tree");
        await RunAsync(_folder, "dpkg-deb", "-R", package, tree);
        foreach (var unit in new[] { "edge", "edge-control", "edge-anycastd" })
        {
            var text = await File.ReadAllTextAsync(
                Path.Combine(tree, $"usr/lib/systemd/system/{unit}.service")
            );
            var program = text.Split('\n')
                .Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal))
                .Split('=', ' ')[1];
            Assert.True(File.Exists(tree + program), program);
        }

        var settings = await File.ReadAllTextAsync(Path.Combine(tree, "DEBIAN/conffiles"));
        Assert.Equal(
            "/etc/edge/anycastd.env\n/etc/edge/control.env\n/etc/edge/edge.env\n/etc/edge/settings.json\n",
            settings
        );
        // What systemd alone reads may hold secrets.
        Assert.Equal("600", await ModeAsync(Path.Combine(tree, "etc/edge/control.env")));
        var contents = await RunAsync(_folder, "dpkg-deb", "-c", package);
        Assert.All(
            contents.TrimEnd().Split('\n'),
            line => Assert.Contains(" root/root ", line, Ordinal)
        );
    }

    /// <summary>dpkg takes a later commit for newer, and the version itself for newer than all before it.</summary>
    [Fact]
    public async Task Pack_Version_SortsByTheCommit()
    {
        var earlier = await VersionAsync(MakeBinaries(Commit, committed: 1_700_000_000), "a");
        var later = await VersionAsync(
            MakeBinaries($"f{Commit[1..]}", committed: 1_800_000_000),
            "b"
        );
        var changed = await VersionAsync(
            MakeBinaries($"{Commit}-dirty", committed: 1_700_000_000),
            "c"
        );
        Assert.Equal("0.1.0~202311142213.0123456789ab", earlier);
        Assert.Equal($"{earlier}.dirty", changed);
        await RunAsync(_folder, "dpkg", "--compare-versions", earlier, "lt", later);
        await RunAsync(_folder, "dpkg", "--compare-versions", later, "lt", "0.1.0");
    }

    [Fact]
    public async Task Pack_ProgramIsMissing_SaysWhatToDo()
    {
        var from = MakeBinaries(Commit);
        File.Delete(Path.Combine(from, "control"));
        await using var pack = Start(from, "into");
        Assert.Equal(1, await pack.EndInputAsync());
        Assert.Contains("control is missing: run ./publish.sh", pack.Output, Ordinal);
    }

    /// <summary>What publish.sh leaves, with small programs.</summary>
    private string MakeBinaries(string commit, long committed = 1_700_000_000)
    {
        var from = Directory.CreateDirectory(Path.Combine(_folder, $"from-{commit}")).FullName;
        foreach (var name in new[] { "edge", "control", "anycastd" })
        {
            File.Copy("/bin/true", Path.Combine(from, name));
        }

        File.WriteAllText(
            Path.Combine(from, "BUILD.txt"),
            $"framework: net10.0\nrid: linux-x64\nversion: 0.1.0\ncommit: {commit}\ncommitted: {committed}\n"
        );
        return from;
    }

    private async Task<string> VersionAsync(string from, string into)
    {
        var package = Directory.EnumerateFiles(await PackAsync(from, into), "*.deb").Single();
        return (await RunAsync(_folder, "dpkg-deb", "-f", package, "Version")).Trim();
    }

    private async Task<string> PackAsync(string from, string into)
    {
        await using var pack = Start(from, into);
        Assert.True(await pack.EndInputAsync() == 0, pack.Output);
        return Path.Combine(_folder, into);
    }

    private ChildProcess Start(string from, string into) =>
        ChildProcess.Start([
            RepositoryRoot.Combine("scripts/package.sh"),
            from,
            Path.Combine(_folder, into),
        ]);

    private static string[] NamesIn(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder)
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];

    private async Task<string> ModeAsync(string path) =>
        (await RunAsync(_folder, "stat", "-c", "%a", path)).Trim();

    private static async Task<string> RunAsync(string folder, params string[] command)
    {
        await using var child = ChildProcess.Start(["env", "-C", folder, .. command]);
        Assert.True(await child.EndInputAsync() == 0, child.Output);
        return child.Output;
    }
}
