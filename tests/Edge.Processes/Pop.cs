using System.Security.Cryptography;

namespace Edge.Processes;

/// <summary>A PoP on loopback: edges and controls as processes of their own.</summary>
public sealed class Pop : IAsyncDisposable
{
    private readonly string _keyPath = Path.GetTempFileName();
    private readonly (string Name, string Value)[] _settings;
    private readonly Dictionary<string, EdgeProcess> _edges = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ControlProcess> _controls = new(StringComparer.Ordinal);

    private Pop(string name, string? nats, string[] names)
    {
        File.WriteAllText(_keyPath, RandomNumberGenerator.GetHexString(64));
        _settings =
        [
            ("EDGE_POP", name),
            ("EDGE_POP_KEY_FILE", _keyPath),
            ("EDGE_PEERS", string.Join(',', names.Select(each => $"{each}={FreeAddress()}"))),
            ("EDGE_NATS", nats ?? ""),
            ("EDGE_SHARDS", "1"),
        ];
    }

    /// <summary>Starts one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="nats">Where its nats-server is; null: it has none.</param>
    /// <param name="names">Its processes: edges begin with e, controls with c.</param>
    public static async Task<Pop> StartAsync(string name, string? nats, params string[] names)
    {
        var pop = new Pop(name, nats, names);
        try
        {
            foreach (var each in names)
            {
                await pop.StartProcessAsync(each);
            }

            return pop;
        }
        catch
        {
            await pop.DisposeAsync();
            throw;
        }
    }

    /// <summary>One of its edges.</summary>
    public EdgeProcess Edge(string name) => _edges[name];

    /// <summary>One of its controls.</summary>
    public ControlProcess Control(string name) => _controls[name];

    /// <summary>Starts an edge again that has ended.</summary>
    public async Task StartAgainAsync(string edge)
    {
        await _edges[edge].DisposeAsync();
        _edges.Remove(edge);
        await StartProcessAsync(edge);
    }

    /// <summary>Ends controls before edges: nobody then waits for an answer that does not come.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var control in _controls.Values)
        {
            await control.DisposeAsync();
        }

        foreach (var edge in _edges.Values)
        {
            // A drain would wait for clients that a test has left where they were.
            await edge.StopAsync();
            await edge.DisposeAsync();
        }

        File.Delete(_keyPath);
    }

    private async Task StartProcessAsync(string name)
    {
        (string, string)[] settings = [.. _settings, ("EDGE_NODE", name)];
        if (name[0] == 'e')
        {
            _edges.Add(name, await EdgeProcess.StartAsync(settings));
        }
        else
        {
            _controls.Add(name, await ControlProcess.StartAsync([], settings));
        }
    }

    private static string FreeAddress() => $"127.0.0.1:{FreePorts.Tcp()}";
}
