using Edge.Bus.Nats;
using Edge.Bus.Tests.Contract;
using Edge.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Bus.Tests.Nats;

/// <summary>The contract, held by the bus over NATS.</summary>
public sealed class NatsBusContract : NetworkBusContract
{
    // A server that gives up clients that do not read before it holds up those that write.
    private const string Settings = """
        max_pending: 8MB
        write_deadline: "2s"
        """;

    private const int BytesMax = 4 * 1024 * 1024;

    /// <inheritdoc/>
    protected override async Task<IBusLab> OpenAsync()
    {
        var server = await NatsServer.StartAsync(Settings);
        var lab = new NatsLab(server);
        foreach (var bus in lab.Buses)
        {
            await Wait.ForAsync(() => bus.IsConnected);
        }

        return lab;
    }

    /// <summary>Each bus reaches the server through a gate of its own.</summary>
    private sealed class NatsLab : INetworkBusLab
    {
        private readonly NatsServer _server;
        private readonly TcpGate[] _gates;
        private readonly NatsBus[] _buses;

        public NatsLab(NatsServer server)
        {
            _server = server;
            _gates = [.. Enumerable.Range(0, 3).Select(_ => TcpGate.Open(server.Port))];
            _buses =
            [
                .. _gates.Select(gate =>
                    NatsBus.Start(
                        new()
                        {
                            Urls = $"127.0.0.1:{gate.Port}",
                            IncomingBytesMax = BytesMax,
                            OutgoingBytesMax = BytesMax,
                        },
                        NullLogger<NatsBus>.Instance
                    )
                ),
            ];
        }

        public IReadOnlyList<IBus> Buses => _buses;

        public Task CutAsync(int index)
        {
            _gates[index].Cut();
            return Task.CompletedTask;
        }

        public Task HealAsync(int index)
        {
            _gates[index].Heal();
            return Task.CompletedTask;
        }

        public Task StallAsync(int index)
        {
            _gates[index].Stall();
            return Task.CompletedTask;
        }

        public Task ResumeAsync(int index)
        {
            _gates[index].Resume();
            return Task.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var gate in _gates)
            {
                gate.Resume();
            }

            foreach (var bus in _buses)
            {
                await bus.DisposeAsync();
            }

            foreach (var gate in _gates)
            {
                await gate.DisposeAsync();
            }

            await _server.DisposeAsync();
        }
    }
}
