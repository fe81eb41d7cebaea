using System.Globalization;
using System.Text.Json;

namespace Edge.Processes;

/// <summary>A Consul agent on loopback that is its own only server and keeps everything in memory: started, stopped,
/// killed and started again, with nothing, on its port.</summary>
public sealed class ConsulServer : IAsyncDisposable
{
    private const string Install = "bash -c '. scripts/common.sh && require_consul'";

    private readonly int _httpPort;
    private ChildProcess _process;
    private bool _isKilled;

    private ConsulServer(int httpPort, ChildProcess process)
    {
        _httpPort = httpPort;
        _process = process;
    }

    /// <summary>Its HTTP API.</summary>
    public Uri Url => ToUrl(_httpPort);

    /// <summary>What it printed since it was started last.</summary>
    public string Output => _process.Output;

    /// <summary>Starts it and waits until it answers.</summary>
    public static async Task<ConsulServer> StartAsync()
    {
        var port = FreePorts.Tcp();
        return new ConsulServer(port, await RunAsync(port));
    }

    /// <summary>What it knows of the processes of a PoP.</summary>
    public async Task<IReadOnlyList<ConsulEntry>> ReadAsync(string pop)
    {
        using var client = new HttpClient { BaseAddress = Url };
        using var document = JsonDocument.Parse(
            await client.GetByteArrayAsync($"v1/health/service/edge-{pop}")
        );
        return [.. document.RootElement.EnumerateArray().Select(ConsulEntry.Read)];
    }

    /// <summary>Waits until it knows just these processes of a PoP, in any state.</summary>
    public Task UntilListedAsync(string pop, params string[] names) =>
        Patience.UntilAsync(
            $"{string.Join(',', names)} are in the catalogue",
            async () =>
                string.Join(
                    ',',
                    (await ReadAsync(pop)).Select(entry => entry.Node).Order(StringComparer.Ordinal)
                ),
            listed => string.Equals(listed, string.Join(',', names), StringComparison.Ordinal)
        );

    /// <summary>Stops it where it is (SIGSTOP): its connections stay, others are taken, and nothing comes of
    /// them.</summary>
    public Task StopAsync() => _process.SignalAsync("STOP");

    /// <summary>Lets it go on (SIGCONT).</summary>
    public Task ContinueAsync() => _process.SignalAsync("CONT");

    /// <summary>Ends it at once, with all it knew.</summary>
    public async Task KillAsync()
    {
        _isKilled = true;
        _process.Kill();
        await _process.DisposeAsync();
    }

    /// <summary>Starts it again after <see cref="KillAsync"/>, on the same port.</summary>
    public async Task RestartAsync()
    {
        _process = await RunAsync(_httpPort);
        _isKilled = false;
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isKilled)
        {
            await KillAsync();
        }
    }

    private static async Task<ChildProcess> RunAsync(int httpPort)
    {
        var process = ChildProcess.Start([
            Programs.Require("consul", Install),
            "agent",
            "-dev",
            "-node=test",
            "-bind=127.0.0.1",
            "-client=127.0.0.1",
            $"-http-port={ToText(httpPort)}",
            $"-server-port={ToText(FreePorts.Tcp())}",
            $"-serf-lan-port={ToText(FreePorts.Tcp())}",
            "-serf-wan-port=-1",
            "-dns-port=-1",
            "-grpc-port=-1",
            "-log-level=warn",
        ]);
        try
        {
            using var client = new HttpClient { BaseAddress = ToUrl(httpPort) };
            await Patience.UntilAsync(
                "consul knows its node",
                () => ReadNodesAsync(client),
                nodes => process.HasEnded || nodes.Contains("\"test\"", StringComparison.Ordinal)
            );
            return process.HasEnded
                ? throw new InvalidOperationException($"consul ended: {process.Output}")
                : process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> ReadNodesAsync(HttpClient client)
    {
        try
        {
            return await client.GetStringAsync("v1/catalog/nodes");
        }
        catch (HttpRequestException error)
        {
            return error.Message;
        }
    }

    private static Uri ToUrl(int port) => new($"http://127.0.0.1:{ToText(port)}/");

    private static string ToText(int port) => port.ToString(CultureInfo.InvariantCulture);
}
