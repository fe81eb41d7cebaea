using System.Globalization;

namespace Edge.Processes;

/// <summary>An edge as a process of its own: the NativeAOT binary, or what was built when there is none.</summary>
public sealed class EdgeProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private EdgeProcess(ChildProcess process)
    {
        _process = process;
        AdminUrl = new Uri(ServerProcess.ReadUrl(process, "Health"), "/");
    }

    /// <summary>The base URL of its admin address.</summary>
    public Uri AdminUrl { get; }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it ended.</summary>
    public bool HasEnded => _process.HasEnded;

    /// <summary>What it printed so far.</summary>
    public string Output => _process.Output;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="settings">Settings beside media and admin on free ports; EDGE_PEERS and
    /// EDGE_POP_KEY_FILE have to be there.</param>
    public static Task<EdgeProcess> StartAsync(params (string Name, string Value)[] settings) =>
        StartAsync(prefix: [], settings);

    /// <summary>The same by a command that runs the program, for a network namespace.</summary>
    public static async Task<EdgeProcess> StartAsync(
        IReadOnlyList<string> prefix,
        params (string Name, string Value)[] settings
    ) => await RunAsync([.. prefix, .. Programs.RequireEdge()], settings);

    /// <summary>The same of another revision, if one is named.</summary>
    public static Task<EdgeProcess> StartOtherAsync(
        params (string Name, string Value)[] settings
    ) => RunAsync(Programs.RequireOtherEdge(), settings);

    private static async Task<EdgeProcess> RunAsync(
        IReadOnlyList<string> command,
        (string Name, string Value)[] settings
    ) =>
        new(
            await ServerProcess.StartAsync(
                command,
                [("EDGE_ADMIN", "127.0.0.1:0"), ("EDGE_MEDIA", "127.0.0.1:0"), .. settings]
            )
        );

    /// <summary>Asks it to end (SIGTERM) and does not wait: it drains.</summary>
    public Task TerminateAsync() => _process.SignalAsync("TERM");

    /// <summary>Asks it to end (POST /drain) and does not wait for that.</summary>
    /// <param name="seconds">Its deadline; null: as its settings say.</param>
    public async Task DrainAsync(int? seconds = null)
    {
        using var http = new HttpClient();
        var query = seconds is { } deadline
            ? string.Create(CultureInfo.InvariantCulture, $"?deadline={deadline}")
            : "";
        using var response = await http.PostAsync(new Uri(AdminUrl, $"/drain{query}"), null);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Stops it where it is (SIGSTOP): its connections stay, and nothing comes of them.</summary>
    public Task PauseAsync() => _process.SignalAsync("STOP");

    /// <summary>Lets it go on (SIGCONT).</summary>
    public Task ContinueAsync() => _process.SignalAsync("CONT");

    /// <summary>Has it end its sessions and itself (SIGINT), and waits for it.</summary>
    public async Task StopAsync()
    {
        if (!HasEnded)
        {
            await _process.SignalAsync("INT");
            await ExitCodeAsync();
        }
    }

    /// <summary>Waits until it ended.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> ExitCodeAsync() => _process.EndInputAsync();

    /// <summary>Ends it at once: what a crash looks like from outside.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Ends it. A drain would wait for clients that a test has left where they were, so it is told to stop
    /// first; one that does not, because whoever started it ignores that signal, is ended nevertheless.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!HasEnded)
        {
            await _process.SignalAsync("INT");
        }

        await _process.DisposeAsync();
    }
}
