using System.Globalization;
using System.Text.Json;
using Edge.Processes;

namespace Terraform.Tests.Monitoring;

/// <summary>Debian's Prometheus on loopback, over files that Terraform wrote.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    /// <summary>The line that brings it and promtool.</summary>
    public const string Install = "apt-get install -y --no-install-recommends prometheus";

    private readonly ChildProcess _process;
    private readonly HttpClient _http;

    private PrometheusServer(ChildProcess process, int port)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/") };
    }

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="folder">Where prometheus.yml is; what it keeps goes there, too.</param>
    public static async Task<PrometheusServer> StartAsync(string folder)
    {
        var port = FreePorts.Tcp();
        var process = ChildProcess.Start([
            Programs.Require("prometheus", Install),
            $"--config.file={folder}/prometheus.yml",
            $"--storage.tsdb.path={folder}/data",
            string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"),
            "--log.level=warn",
        ]);
        var server = new PrometheusServer(process, port);
        try
        {
            await server.UntilAsync("it answers", "status/buildinfo", _ => true);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks its API.</summary>
    /// <returns>What stands under data; an error while it does not answer.</returns>
    public async Task<JsonElement> AskAsync(string path)
    {
        using var answer = JsonDocument.Parse(await _http.GetStringAsync(path));
        return answer.RootElement.GetProperty("data").Clone();
    }

    /// <summary>Asks until the answer is enough.</summary>
    public Task<JsonElement?> UntilAsync(
        string expectation,
        string path,
        Func<JsonElement, bool> isEnough
    ) =>
        Patience.UntilAsync<JsonElement?>(
            $"Prometheus: {expectation}",
            async () =>
            {
                try
                {
                    return await AskAsync(path);
                }
                catch (HttpRequestException error)
                {
                    return _process.HasEnded
                        ? throw new InvalidOperationException(_process.Output, error)
                        : null;
                }
            },
            seen => seen is { } data && isEnough(data)
        );

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (!_process.HasEnded)
        {
            await _process.SignalAsync("TERM");
        }

        await _process.DisposeAsync();
    }
}
