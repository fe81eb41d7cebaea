using Edge.Processes;
using Edge.Testing;

namespace Terraform.Tests.Nodes;

/// <summary>Scripts that run as root on other people's machines: bash can read them, and shellcheck has nothing to say.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-scripts-").FullName;

    public static TheoryData<string> OfNodes =>
        [
            .. Directory
                .EnumerateFiles(RepositoryRoot.Combine("terraform/modules/pop/node"))
                .Select(path => Path.GetFileName(path))
                .Where(name => !string.Equals(name, "common.sh", StringComparison.Ordinal)),
        ];

    public static TheoryData<string> OfTheOperator =>
        [
            "packaging/debian/postinst",
            "packaging/debian/prerm",
            "packaging/debian/postrm",
            "scripts/package.sh",
            "terraform/certificates.sh",
            "terraform/drift.sh",
            "tests/Terraform.Lab/node.sh",
            .. Directory
                .EnumerateFiles(RepositoryRoot.Combine("terraform/modules/pop/scripts"))
                .Select(path => $"terraform/modules/pop/scripts/{Path.GetFileName(path)}"),
        ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>As they are sent: behind what they have in common.</summary>
    [Theory]
    [MemberData(nameof(OfNodes))]
    public async Task Check_ScriptOfNodes_NothingToSay(string name)
    {
        var path = Path.Combine(_folder, name);
        var scripts = RepositoryRoot.Combine("terraform/modules/pop/node");
        await File.WriteAllTextAsync(
            path,
            await File.ReadAllTextAsync(Path.Combine(scripts, "common.sh"))
                + await File.ReadAllTextAsync(Path.Combine(scripts, name))
        );
        await CheckAsync(path, "bash");
    }

    [Theory]
    [MemberData(nameof(OfTheOperator))]
    public Task Check_ScriptOfTheOperator_NothingToSay(string path) =>
        CheckAsync(
            RepositoryRoot.Combine(path),
            path.StartsWith("packaging/debian/", StringComparison.Ordinal) ? "sh" : "bash"
        );

    private static async Task CheckAsync(string path, string shell)
    {
        // SC1091: sourced files are checked by themselves. SC2154: what main.tf and the other side set.
        await using var check = ChildProcess.Start([
            Programs.Require("shellcheck", "apt-get install shellcheck"),
            "-s",
            shell,
            "-e",
            "SC1091,SC2154",
            path,
        ]);
        Assert.True(await check.EndInputAsync() == 0, check.Output);
    }
}
