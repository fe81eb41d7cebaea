using Edge.Processes;

namespace Mesh.Tests.Support;

/// <summary>An edge and a control at each PoP of a net, and a client of each.</summary>
internal sealed class JoinedPops : IAsyncDisposable
{
    private readonly NatsNet _net;
    private readonly List<Pop> _pops = [];
    private readonly List<StreamClient> _clients = [];

    private JoinedPops(NatsNet net) => _net = net;

    /// <summary>Starts them.</summary>
    /// <param name="stage">Where media runs.</param>
    /// <param name="net">The servers, which outlive them.</param>
    public static async Task<JoinedPops> StartAsync(Stage stage, NatsNet net)
    {
        var pops = new JoinedPops(net);
        try
        {
            for (var index = 0; index < net.Count; index++)
            {
                var pop = await Pop.StartAsync($"p{index}", net.UrlOf(index), "e1", "c1");
                pops._pops.Add(pop);
                pops._clients.Add(new StreamClient(stage, pop.Control("c1")));
            }

            foreach (var client in pops._clients)
            {
                // A control that does not know its edge yet has sessions served elsewhere.
                await client.UntilReadyAsync();
            }

            return pops;
        }
        catch
        {
            await pops.DisposeAsync();
            throw;
        }
    }

    /// <summary>The client of a PoP's control.</summary>
    public StreamClient At(int pop) => _clients[pop];

    /// <summary>Ends a PoP at once: its processes and its server.</summary>
    public async Task KillAsync(int pop)
    {
        _pops[pop].Kill();
        await _net.KillAsync(pop);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        foreach (var pop in _pops)
        {
            await pop.DisposeAsync();
        }
    }
}
