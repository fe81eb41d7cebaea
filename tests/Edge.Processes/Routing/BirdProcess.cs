using Edge.Processes;
using Edge.Processes.Links;
using Edge.Testing;

namespace Anycast.Daemon.Tests.Lab;

/// <summary>Debian's BIRD in a namespace, with the configuration that operators are given.</summary>
internal sealed class BirdProcess : IAsyncDisposable
{
    private const string Install = "apt-get install -y --no-install-recommends bird2";

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

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="space">Where.</param>
    /// <param name="configuration">Which file of anycast/bird.</param>
    /// <param name="included">The files that it includes, and what is in them here.</param>
    public static async Task<BirdProcess> StartAsync(
        NetworkSpace space,
        string configuration,
        params (string Name, string Text)[] included
    )
    {
        var folder = Directory.CreateTempSubdirectory("bird-").FullName;
        var bird = new BirdProcess(space, folder, configuration);
        try
        {
            var text = await File.ReadAllTextAsync(
                RepositoryRoot.Combine($"anycast/bird/{configuration}")
            );
            // The system's log is nobody's here.
            (string Name, string Text)[] files =
            [
                (
                    configuration,
                    text.Replace("log syslog all;", "log stderr all;", StringComparison.Ordinal)
                ),
                .. included,
            ];
            foreach (var (name, content) in files)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, name), content);
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

    /// <summary>What birdc, which is not ours, says to a command.</summary>
    public Task<string> AskAsync(string command) =>
        _space.ReadAsync([Programs.Require("birdc", Install), "-s", Socket, .. command.Split(' ')]);

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
