using Edge.Hosting.Settings;

namespace Edge.Hosting.Lifetime;

/// <summary>What every executable does before it serves: the command line, help, version, settings that are wrong.</summary>
public static class ProgramStart
{
    /// <summary>Does what the arguments ask for.</summary>
    /// <param name="program">The program.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="help">Its help.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="serve">Serves, until it ends.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        Executables program,
        string name,
        Func<string> help,
        IReadOnlyList<string> arguments,
        Func<CommandLine.Serve, Task<int>> serve
    )
    {
        ArgumentNullException.ThrowIfNull(help);
        ArgumentNullException.ThrowIfNull(serve);
        switch (CommandLine.Parse(program, arguments))
        {
            case CommandLine.Help:
                await Console.Out.WriteLineAsync(help());
                return ExitCode.Success;
            case CommandLine.Version:
                await Console.Out.WriteLineAsync(
                    $"{name} {ProcessVersion.Text} (commit {ProcessVersion.Commit})"
                );
                return ExitCode.Success;
            case CommandLine.Wrong wrong:
                await Console.Error.WriteLineAsync(wrong.Problem);
                return ExitCode.WrongSettings;
            case CommandLine.Serve asked:
                StartMemory.Hold();
                return await serve(asked);
            default:
                throw new InvalidOperationException("The command line has no such form.");
        }
    }

    /// <summary>Serves with settings that are right; a line for each problem of those that are not.</summary>
    /// <param name="read">The settings.</param>
    /// <param name="run">Serves, until it ends.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync<TSettings>(
        SettingsResult<TSettings> read,
        Func<TSettings, Task<int>> run
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        switch (read)
        {
            case SettingsResult<TSettings>.Accepted accepted:
                return await run(accepted.Settings);
            case SettingsResult<TSettings>.Refused refused:
                foreach (var problem in refused.Problems)
                {
                    await Console.Error.WriteLineAsync(problem);
                }

                return ExitCode.WrongSettings;
            default:
                throw new InvalidOperationException("The settings were neither right nor wrong.");
        }
    }
}
