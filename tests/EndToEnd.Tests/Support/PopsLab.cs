using System.Net;
using System.Text.Json;
using Edge.Processes;

namespace EndToEnd.Tests.Support;

/// <summary>Some PoPs on this machine, each with a nats-server of its own, a control and edges; their servers
/// are joined by gateways, whose traffic is counted.</summary>
internal sealed class PopsLab : IAsyncDisposable
{
    private readonly List<NatsServer> _servers = [];
    private readonly List<Pop> _pops = [];
    private readonly List<int> _monitors = [];
    private readonly HttpClient _http = new();

    /// <summary>The PoPs, named by their number.</summary>
    public IReadOnlyList<Pop> Pops => _pops;

    /// <summary>Starts them.</summary>
    /// <param name="count">How many PoPs.</param>
    /// <param name="names">The processes of each: edges begin with e, controls with c.</param>
    public static async Task<PopsLab> StartAsync(int count, params string[] names)
    {
        var lab = new PopsLab();
        try
        {
            await lab.RunAsync(count, names);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Bytes that one PoP's server has sent to another's.</summary>
    public async Task<long> SentAsync(int from, int to)
    {
        var text = await _http.GetStringAsync(
            new Uri($"http://127.0.0.1:{_monitors[from]}/gatewayz")
        );
        using var gateways = JsonDocument.Parse(text);
        return gateways
            .RootElement.GetProperty("outbound_gateways")
            .GetProperty(NameOf(to))
            .GetProperty("connection")
            .GetProperty("out_bytes")
            .GetInt64();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pop in _pops)
        {
            await pop.DisposeAsync();
        }

        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _http.Dispose();
    }

    private async Task RunAsync(int count, string[] names)
    {
        var gateways = Enumerable.Range(0, count).Select(_ => FreePorts.Tcp()).ToArray();
        for (var index = 0; index < count; index++)
        {
            var monitor = FreePorts.Tcp();
            _monitors.Add(monitor);
            _servers.Add(await NatsServer.StartAsync(Settings(index, monitor, gateways)));
        }

        for (var index = 0; index < count; index++)
        {
            _pops.Add(await Pop.StartAsync(NameOf(index), _servers[index].Url, names));
        }

        foreach (var pop in _pops)
        {
            foreach (var name in names.Where(name => name.StartsWith('c')))
            {
                // One that does not know its edges yet has sessions served elsewhere, or nowhere.
                await pop.Control(name)
                    .UntilReadinessAsync("the control is ready", HttpStatusCode.OK);
            }
        }
    }

    private static string Settings(int index, int monitor, int[] gateways)
    {
        var others = Enumerable
            .Range(0, gateways.Length)
            .Where(other => other != index)
            .Select(other =>
                $"{{ name: {NameOf(other)}, url: nats://127.0.0.1:{gateways[other]} }}"
            );
        return $$"""
            server_name: {{NameOf(index)}}
            http: "127.0.0.1:{{monitor}}"
            gateway {
              name: {{NameOf(index)}}
              host: 127.0.0.1
              port: {{gateways[index]}}
              gateways: [ {{string.Join(", ", others)}} ]
            }
            """;
    }

    private static string NameOf(int index) => $"pop{index + 1}";
}
