using Edge.Bus;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A bus that passes everything on to another one, but what a test has changed on the way.</summary>
internal abstract class PassingBus(IBus bus) : IBus
{
    public bool IsConnected => bus.IsConnected;

    public int PayloadBytesMax => bus.PayloadBytesMax;

    public BusStats Stats => bus.Stats;

    public virtual bool TryPublish(
        string subject,
        ReadOnlySpan<byte> payload,
        string? replyTo = null
    ) => bus.TryPublish(subject, payload, replyTo);

    public bool TryWrite(string subject, ReadOnlySpan<byte> payload) =>
        TryPublish(subject, payload);

    public void Flush() => bus.Flush();

    public virtual IDisposable Subscribe(string pattern, BusHandler handler) =>
        bus.Subscribe(pattern, handler);

    public virtual IDisposable SubscribeDirect(string pattern, BusHandler handler) =>
        bus.SubscribeDirect(pattern, handler);

    public virtual ValueTask<BusReply> RequestAsync(
        string subject,
        ReadOnlyMemory<byte> payload,
        TimeSpan within,
        CancellationToken cancellation
    ) => bus.RequestAsync(subject, payload, within, cancellation);

    public string CreateInbox() => bus.CreateInbox();

    public IDisposable WatchConnection(Action<bool> handler) => bus.WatchConnection(handler);

    public ValueTask DisposeAsync() => bus.DisposeAsync();
}
