using Edge.Processes;
using Edge.Testing;

namespace Terraform.Lab;

/// <summary>A folder with a configuration that uses the modules of this repository, and Terraform run in it. They are
/// there as ./terraform: by an absolute path Terraform would copy each by itself, and none would find another.</summary>
public sealed class TerraformFolder : IDisposable
{
    // Chosen: twenty times what the longest apply of these tests takes on an idle machine of two cores.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-terraform-").FullName;

    /// <summary>What stands before commands, for a network namespace.</summary>
    public IReadOnlyList<string> Prefix { get; init; } = [];

    /// <summary>A path in it.</summary>
    public string Combine(string name) => Path.Combine(_folder, name);

    /// <summary>Writes the configuration and initialises it, which needs no registry.</summary>
    public async Task WriteAsync(string configuration)
    {
        await File.WriteAllTextAsync(Combine("main.tf"), configuration);
        await File.WriteAllTextAsync(Combine("terraform.rc"), "");
        if (!Directory.Exists(Combine("terraform")))
        {
            Directory.CreateSymbolicLink(Combine("terraform"), RepositoryRoot.Combine("terraform"));
        }

        Expect(await RunAsync("init"));
    }

    /// <summary>Runs terraform.</summary>
    public Task<(int Code, string Output)> RunAsync(string command, params string[] options) =>
        RunProgramAsync(
            Programs.Require("terraform", "a download of Terraform 1.10 or newer"),
            command,
            options
        );

    /// <summary>Plans and applies: what is said of the apply, or of the plan when that fails.</summary>
    public async Task<(int Code, string Output)> ApplyAsync(params string[] options)
    {
        // By itself: the content of every file stands in a plan, more than is kept of a process's output.
        var plan = await RunAsync("plan", ["-out=plan", .. options]);
        return plan.Code == 0 ? await RunAsync("apply", "plan") : plan;
    }

    /// <summary>The same, which has to succeed.</summary>
    public async Task MustApplyAsync(params string[] options) => Expect(await ApplyAsync(options));

    /// <summary>Takes everything down, which has to succeed.</summary>
    public async Task MustDestroyAsync() => Expect(await RunAsync("destroy", "-auto-approve"));

    /// <summary>Runs drift.sh.</summary>
    public Task<(int Code, string Output)> RunDriftAsync(string command, params string[] options) =>
        RunProgramAsync(RepositoryRoot.Combine("terraform/drift.sh"), command, options);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Expect((int Code, string Output) run)
    {
        if (run.Code != 0)
        {
            throw new InvalidOperationException(run.Output);
        }
    }

    private async Task<(int Code, string Output)> RunProgramAsync(
        string program,
        string command,
        string[] options
    )
    {
        await using var child = ChildProcess.Start(
            [.. Prefix, "env", "-C", _folder, program, command, "-no-color", .. options],
            ("TF_IN_AUTOMATION", "1"),
            ("TF_CLI_CONFIG_FILE", Combine("terraform.rc"))
        );
        var code = await child.EndInputAsync(Longest);
        return (code, child.Output);
    }
}
