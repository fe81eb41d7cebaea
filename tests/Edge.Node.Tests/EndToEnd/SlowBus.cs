using Edge.Bus;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A bus whose answers take a while, as those of another continent do.</summary>
internal sealed class SlowBus(IBus bus, TimeSpan delay) : IBus
{
    public bool IsConnected => bus.IsConnected;

    public int PayloadBytesMax => bus.PayloadBytesMax;

    public BusStats Stats => bus.Stats;

    public bool TryPublish(string subject, ReadOnlySpan<byte> payload, string? replyTo = null) =>
        bus.TryPublish(subject, payload, replyTo);

    public IDisposable Subscribe(string pattern, BusHandler handler) =>
        bus.Subscribe(pattern, handler);

    public async ValueTask<BusReply> RequestAsync(
        string subject,
        ReadOnlyMemory<byte> payload,
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        var reply = await bus.RequestAsync(subject, payload, within, cancellation);
        await Task.Delay(delay, cancellation);
        return reply;
    }

    public string CreateInbox() => bus.CreateInbox();

    public IDisposable WatchConnection(Action<bool> handler) => bus.WatchConnection(handler);

    public ValueTask DisposeAsync() => bus.DisposeAsync();
}
