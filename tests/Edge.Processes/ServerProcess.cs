namespace Edge.Processes;

/// <summary>Starts an executable of this repository and waits until it says that it is ready.</summary>
public static class ServerProcess
{
    /// <summary>The last words of what each prints when it is ready.</summary>
    private const string Ready = "Ctrl-C stops";

    /// <summary>Starts it.</summary>
    /// <param name="command">Its command, with whatever is to run it.</param>
    /// <param name="settings">Its settings.</param>
    /// <exception cref="InvalidOperationException">It ended; the message holds what it printed.</exception>
    public static async Task<ChildProcess> StartAsync(
        IReadOnlyList<string> command,
        params (string Name, string Value)[] settings
    )
    {
        ArgumentNullException.ThrowIfNull(command);
        var process = ChildProcess.Start(command, settings);
        try
        {
            await Patience.UntilAsync(
                "the process says it is ready",
                () => Task.FromResult(process.Output),
                output => process.HasEnded || output.Contains(Ready, StringComparison.Ordinal)
            );
            return process.HasEnded
                ? throw new InvalidOperationException($"{command[^1]} ended: {process.Output}")
                : process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>The URL on a line of what it printed.</summary>
    public static Uri ReadUrl(ChildProcess process, string line)
    {
        ArgumentNullException.ThrowIfNull(process);
        var text = process
            .Output.Split('\n')
            .First(each => each.TrimStart().StartsWith(line, StringComparison.Ordinal));
        return new Uri(text[text.IndexOf("http", StringComparison.Ordinal)..].TrimEnd());
    }
}
