namespace Edge.Processes;

/// <summary>Debian's nats-server, on loopback or in a network namespace: started, stopped, killed and started again on its port.</summary>
public sealed class NatsServer : IAsyncDisposable
{
    private const string Install = "apt-get install -y --no-install-recommends nats-server";

    private readonly string _folder;
    private readonly NatsPlace _place;
    private readonly string _settings;
    private ChildProcess _process;
    private bool _isKilled;

    private NatsServer(string folder, NatsPlace place, string settings, ChildProcess process)
    {
        _folder = folder;
        _place = place;
        _settings = settings;
        _process = process;
    }

    /// <summary>The port of its clients.</summary>
    public int Port => _place.Port;

    /// <summary>Where its clients connect.</summary>
    public string Url => $"nats://{_place.Host}:{Port}";

    /// <summary>What it printed so far.</summary>
    public string Output => _process.Output;

    /// <summary>Whether it ended.</summary>
    public bool HasEnded => _process.HasEnded;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="settings">Text of its configuration beside the address of its clients: accounts, TLS,
    /// gateways, leaf nodes.</param>
    /// <param name="port">The port of its clients; 0 for any that is free.</param>
    public static Task<NatsServer> StartAsync(string settings = "", int port = 0) =>
        StartAsync(
            new NatsPlace(Prefix: [], "127.0.0.1", port == 0 ? FreePorts.Tcp() : port),
            settings
        );

    /// <summary>The same somewhere else.</summary>
    public static async Task<NatsServer> StartAsync(NatsPlace place, string settings)
    {
        var folder = Directory.CreateTempSubdirectory("nats-").FullName;
        try
        {
            return new NatsServer(folder, place, settings, await RunAsync(folder, place, settings));
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Stops it where it is (SIGSTOP): its connections stay, and nothing comes of them.</summary>
    public Task StopAsync() => _process.SignalAsync("STOP");

    /// <summary>Lets it go on (SIGCONT).</summary>
    public Task ContinueAsync() => _process.SignalAsync("CONT");

    /// <summary>Has it send its clients away, as before an upgrade, and end ("lame duck").</summary>
    public Task RetireAsync() => _process.SignalAsync("USR2");

    /// <summary>Ends it at once.</summary>
    public async Task KillAsync()
    {
        _isKilled = true;
        _process.Kill();
        await _process.DisposeAsync();
    }

    /// <summary>Starts it again after <see cref="KillAsync"/>, on the same port.</summary>
    public async Task RestartAsync()
    {
        _process = await RunAsync(_folder, _place, _settings);
        _isKilled = false;
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isKilled)
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

    private static async Task<ChildProcess> RunAsync(
        string folder,
        NatsPlace place,
        string settings
    )
    {
        var path = Path.Combine(folder, "nats.conf");
        await File.WriteAllTextAsync(
            path,
            $"""
            host: "{place.Host}"
            port: {place.Port}
            {settings}

            """
        );
        var process = ChildProcess.Start([
            .. place.Prefix,
            Programs.Require("nats-server", Install),
            "-c",
            path,
        ]);
        try
        {
            await Patience.UntilAsync(
                "nats-server is ready",
                () => Task.FromResult(process.Output),
                output =>
                    process.HasEnded || output.Contains("Server is ready", StringComparison.Ordinal)
            );
            return process.HasEnded
                ? throw new InvalidOperationException($"nats-server ended: {process.Output}")
                : process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }
}
