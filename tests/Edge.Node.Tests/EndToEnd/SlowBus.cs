using Edge.Bus;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A bus whose answers take a while, as those of another continent do.</summary>
internal sealed class SlowBus(IBus bus, TimeSpan delay) : PassingBus(bus)
{
    public override async ValueTask<BusReply> RequestAsync(
        string subject,
        ReadOnlyMemory<byte> payload,
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        var reply = await base.RequestAsync(subject, payload, within, cancellation);
        await Task.Delay(delay, cancellation);
        return reply;
    }
}
