using Edge.Bus.InProcess;
using Edge.Bus.Tests.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Bus.Tests.InProcess;

/// <summary>The contract, held by the bus within a process.</summary>
public sealed class InProcessBusContract : BusContract
{
    /// <inheritdoc/>
    protected override Task<IBusLab> OpenAsync()
    {
        var exchange = new InProcessExchange(
            new() { IncomingBytesMax = 4 * 1024 * 1024 },
            NullLogger.Instance
        );
        return Task.FromResult<IBusLab>(
            new InProcessLab([exchange.Connect(), exchange.Connect(), exchange.Connect()])
        );
    }

    private sealed class InProcessLab(IReadOnlyList<InProcessBus> buses) : IBusLab
    {
        public IReadOnlyList<IBus> Buses => buses;

        public Task CutAsync(int index)
        {
            buses[index].Disconnect();
            return Task.CompletedTask;
        }

        public Task HealAsync(int index)
        {
            buses[index].Reconnect();
            return Task.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var bus in buses)
            {
                await bus.DisposeAsync();
            }
        }
    }
}
