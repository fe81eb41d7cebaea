using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Edge.Processes;

/// <summary>A program that a test starts, with what it prints; gone when this is disposed.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int OutputCharactersMax = 64 * 1024;
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private string _lastLine = "";

    private ChildProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>The last line that it printed.</summary>
    public string LastLine
    {
        get
        {
            lock (_output)
            {
                return _lastLine;
            }
        }
    }

    /// <summary>Told of each line that it prints, on a thread of the runtime.</summary>
    public Action<string>? LineRead { get; set; }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Its exit code, once it ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a program with these settings on top of the environment, from which settings of
    /// processes (EDGE_) are taken out.</summary>
    public static ChildProcess Start(
        IReadOnlyList<string> command,
        params (string Name, string Value)[] settings
    )
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(settings);
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.ToArray())
        {
            if (name.StartsWith("EDGE_", StringComparison.Ordinal))
            {
                start.Environment.Remove(name);
            }
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it printed.</exception>
    public static async Task RunAsync(params string[] command)
    {
        await using var child = Start(command);
        await child._process.WaitForExitAsync();
        if (child.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{string.Join(' ', command)} ended with {child.ExitCode}: {child.Output}"
            );
        }
    }

    /// <summary>Writes a line to its standard input. Threads: one at a time.</summary>
    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Ends its standard input and waits until it ended.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> EndInputAsync() => EndInputAsync(Patience.Longest);

    /// <summary>The same of a program that takes its time.</summary>
    public async Task<int> EndInputAsync(TimeSpan within)
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(within);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Sends it a signal.</summary>
    /// <param name="name">The signal's name without SIG, as /bin/kill takes it.</param>
    public async Task SignalAsync(string name)
    {
        var id = _process.Id.ToString(CultureInfo.InvariantCulture);
        // What it has to say of a process that has just ended is nobody's concern.
        using var kill = Process.Start(
            new ProcessStartInfo("/bin/kill", [$"-{name}", id])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            }
        )!;
        await kill.WaitForExitAsync();
    }

    /// <summary>Ends it at once, with everything it started: what a crash looks like from outside.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    /// <summary>Asks it to end (SIGTERM), and ends it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await SignalAsync("TERM");
            using var limit = new CancellationTokenSource(StopWithin);
            await _process
                .WaitForExitAsync(limit.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_process.HasExited)
            {
                Kill();
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _lastLine = line;
            if (_output.Length < OutputCharactersMax)
            {
                _output.AppendLine(line);
            }
        }

        LineRead?.Invoke(line);
    }
}
