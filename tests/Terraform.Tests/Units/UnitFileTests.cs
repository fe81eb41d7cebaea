using System.Globalization;
using Edge.Processes;
using Edge.Testing;

namespace Terraform.Tests.Units;

/// <summary>The unit files are right for systemd, and say what the processes do.</summary>
public sealed class UnitFileTests : IDisposable
{
    private const string FolderOfOthers = "terraform/modules/pop/files/systemd";

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-units-").FullName;

    public static TheoryData<string> Names => ["edge", "edge-control", "edge-anycastd"];

    /// <summary>Of programs of others, which Terraform alone brings.</summary>
    public static TheoryData<string> NamesOfOthers =>
        [
            .. Directory
                .EnumerateFiles(RepositoryRoot.Combine(FolderOfOthers))
                .Select(path => Path.GetFileNameWithoutExtension(path)),
        ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>systemd's own check finds nothing: neither an unknown name nor a wrong value.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Verify_UnitOfPackage_NothingToSay(string name)
    {
        // The program is not of this machine: one that is stands in its place.
        var text = OfThisMachine(ReadUnit(name));
        Assert.Equal("", await VerifyAsync(name, text));
    }

    [Theory]
    [MemberData(nameof(NamesOfOthers))]
    public async Task Verify_UnitOfTerraform_NothingToSay(string name) =>
        Assert.Equal("", await VerifyAsync(name, OfThisMachine(ReadUnitOfOthers(name))));

    /// <summary>They are confined, by systemd's own count: 10 is a service that nothing confines.</summary>
    [Theory]
    [MemberData(nameof(NamesOfOthers))]
    public async Task Read_UnitOfTerraform_IsConfined(string name)
    {
        var path = Path.Combine(_folder, $"{name}.service");
        await File.WriteAllTextAsync(path, OfThisMachine(ReadUnitOfOthers(name)));
        await using var count = ChildProcess.Start([
            Programs.Require("systemd-analyze", "apt-get install systemd"),
            "security",
            "--offline=yes",
            "--no-pager",
            "--threshold=30",
            path,
        ]);
        Assert.True(await count.EndInputAsync() == 0, count.Output);
    }

    /// <summary>The check of lines above can fail.</summary>
    [Fact]
    public async Task Verify_UnknownName_IsSaid()
    {
        var text = OfThisMachine(ReadUnit("edge"));
        var wrong = text.Replace("NoNewPrivileges=", "NoNewPrivilege=", StringComparison.Ordinal);
        Assert.Contains(
            "NoNewPrivilege",
            await VerifyAsync("edge", wrong),
            StringComparison.Ordinal
        );
    }

    /// <summary>A drain fits into the time that systemd gives it, and what is wrong in the settings is not tried again.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Read_UnitOfPackage_FitsTheProcess(string name)
    {
        var text = ReadUnit(name);
        Assert.Contains("\nType=notify\n", text, StringComparison.Ordinal);
        Assert.Contains("\nRestart=on-failure\n", text, StringComparison.Ordinal);
        Assert.Contains("\nRestartPreventExitStatus=2\n", text, StringComparison.Ordinal);
        var stop = text.Split('\n')
            .Single(line => line.StartsWith("TimeoutStopSec=", StringComparison.Ordinal));
        var stopSeconds = int.Parse(stop.Split('=')[1].TrimEnd('s'), CultureInfo.InvariantCulture);
        // EDGE_DRAIN_SECONDS is 30 where nobody sets it, and what hangs ends within a second of it. anycastd has no drain.
        var hasDrain = !string.Equals(name, "edge-anycastd", StringComparison.Ordinal);
        Assert.True(stopSeconds > (hasDrain ? 31 : 5));
    }

    private static string OfThisMachine(string unit) =>
        string.Join(
            '\n',
            unit.Split('\n')
                .Select(line =>
                    line.StartsWith("ExecStart=", StringComparison.Ordinal)
                        ? "ExecStart=/bin/true"
                        : line
                )
        );

    private static string ReadUnit(string name) =>
        File.ReadAllText(RepositoryRoot.Combine($"packaging/systemd/{name}.service"));

    private static string ReadUnitOfOthers(string name) =>
        File.ReadAllText(RepositoryRoot.Combine($"{FolderOfOthers}/{name}.service"));

    private async Task<string> VerifyAsync(string name, string text)
    {
        var path = Path.Combine(_folder, $"{name}.service");
        await File.WriteAllTextAsync(path, text);
        await using var check = ChildProcess.Start([
            Programs.Require("systemd-analyze", "apt-get install systemd"),
            "verify",
            "--man=no",
            "--recursive-errors=no",
            path,
        ]);
        await check.EndInputAsync();
        return check.Output;
    }
}
