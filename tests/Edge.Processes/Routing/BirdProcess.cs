using Edge.Processes.Links;
using Edge.Testing;

namespace Edge.Processes.Routing;

/// <summary>Debian's BIRD in a namespace.</summary>
public sealed class BirdProcess : IAsyncDisposable
{
    private const string Install = "apt-get install -y --no-install-recommends bird2";

    /// <summary>BFD takes a BIRD for dead that gets no turn for 0.3 s, and tests load their machine.</summary>
    private const string Niceness = "-10";

    private readonly NetworkSpace _space;
    private readonly string _folder;
    private readonly string _configuration;
    private ChildProcess? _process;

    private BirdProcess(NetworkSpace space, string folder, string configuration)
    {
        _space = space;
        _folder = folder;
        _configuration = configuration;
    }

    /// <summary>Its control socket.</summary>
    public string Socket => Path.Combine(_folder, "bird.ctl");

    /// <summary>One of the configurations that operators are given, but for the log: the system's is nobody's here.</summary>
    /// <param name="name">Which file of anycast/bird.</param>
    public static (string Name, string Text) Delivered(string name) =>
        (
            name,
            File.ReadAllText(RepositoryRoot.Combine($"anycast/bird/{name}"))
                .Replace("log syslog all;", "log stderr all;", StringComparison.Ordinal)
        );

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="space">Where.</param>
    /// <param name="configuration">Its configuration.</param>
    /// <param name="included">The files that it includes.</param>
    public static async Task<BirdProcess> StartAsync(
        NetworkSpace space,
        (string Name, string Text) configuration,
        params (string Name, string Text)[] included
    )
    {
        ArgumentNullException.ThrowIfNull(included);
        var folder = Directory.CreateTempSubdirectory("bird-").FullName;
        var bird = new BirdProcess(space, folder, configuration.Name);
        try
        {
            foreach (var (name, text) in included.Prepend(configuration))
            {
                await bird.WriteAsync(name, text);
            }

            await bird.RestartAsync();
            return bird;
        }
        catch
        {
            await bird.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes one of its files anew; it is read at the next "configure".</summary>
    public Task WriteAsync(string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(_folder, name), text);

    /// <summary>What birdc, which is not ours, says to a command.</summary>
    public Task<string> AskAsync(string command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return _space.ReadAsync([
            Programs.Require("birdc", Install),
            "-s",
            Socket,
            .. command.Split(' '),
        ]);
    }

    /// <summary>Stops it where it is (SIGSTOP).</summary>
    public Task StopAsync() => _process!.SignalAsync("STOP");

    /// <summary>Lets it go on.</summary>
    public Task ContinueAsync() => _process!.SignalAsync("CONT");

    /// <summary>Ends it at once.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Starts it, again after <see cref="KillAsync"/>.</summary>
    public async Task RestartAsync()
    {
        var process = ChildProcess.Start([
            .. _space.Prefix,
            "nice",
            "-n",
            Niceness,
            Programs.Require("bird", Install),
            "-f",
            "-c",
            Path.Combine(_folder, _configuration),
            "-s",
            Socket,
            "-P",
            Path.Combine(_folder, "bird.pid"),
        ]);
        _process = process;
        await Patience.UntilAsync(
            "BIRD is started",
            () => Task.FromResult(process.Output),
            output => process.HasEnded || output.Contains("Started", StringComparison.Ordinal)
        );
        if (process.HasEnded)
        {
            throw new InvalidOperationException(process.Output);
        }
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            if (!_process.HasEnded)
            {
                // A stopped process does not hear that it should end.
                await ContinueAsync();
            }

            await _process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
