using System.Net;

namespace Edge.Processes;

/// <summary>The process under test on free ports: the NativeAOT binary, or what was built when there is none.</summary>
public sealed class ControlProcess : IAsyncDisposable
{
    /// <summary>The app that every test uses.</summary>
    public const string App = "tests";

    /// <summary>Its secret.</summary>
    public const string Secret = "a-secret-of-the-tests";

    private readonly ChildProcess _process;

    private ControlProcess(ChildProcess process, Uri url)
    {
        _process = process;
        Url = url;
    }

    /// <summary>The console's address.</summary>
    public Uri Url { get; }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it ended.</summary>
    public bool HasEnded => _process.HasEnded;

    /// <summary>What it printed so far.</summary>
    public string Output => _process.Output;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="prefix">A command that runs the program, for a network namespace.</param>
    /// <param name="settings">Settings beside the defaults of the tests.</param>
    public static async Task<ControlProcess> StartAsync(
        IReadOnlyList<string> prefix,
        params (string Name, string Value)[] settings
    )
    {
        var process = await ServerProcess.StartAsync(
            [.. prefix, .. Programs.RequireControl()],
            [
                ("EDGE_HTTP", "127.0.0.1:0"),
                ("EDGE_ADMIN", "127.0.0.1:0"),
                ("EDGE_MEDIA", "127.0.0.1:0"),
                ("EDGE_APPS", $"{App}:{Secret}"),
                .. settings,
            ]
        );
        return new ControlProcess(process, ServerProcess.ReadUrl(process, "Console"));
    }

    /// <summary>Waits until it says whether it knows somebody who takes sessions.</summary>
    /// <param name="expectation">What is waited for.</param>
    /// <param name="status">200 when it does, 503 when it does not.</param>
    public async Task UntilReadinessAsync(string expectation, HttpStatusCode status)
    {
        using var http = new HttpClient();
        await Patience.UntilAsync(
            expectation,
            async () =>
            {
                using var response = await http.GetAsync(new Uri(Url, "/readyz"));
                return response.StatusCode;
            },
            seen => seen == status
        );
    }

    /// <summary>Stops it where it is (SIGSTOP): its connections stay, and nothing comes of them.</summary>
    public Task StopAsync() => _process.SignalAsync("STOP");

    /// <summary>Lets it go on (SIGCONT).</summary>
    public Task ContinueAsync() => _process.SignalAsync("CONT");

    /// <summary>Asks it to end (SIGTERM) and does not wait: it drains.</summary>
    public Task TerminateAsync() => _process.SignalAsync("TERM");

    /// <summary>Waits until it ended.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> ExitCodeAsync() => _process.EndInputAsync();

    /// <summary>Ends it at once: what a crash looks like from outside.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Ends it.</summary>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
