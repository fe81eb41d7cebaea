using Edge.Bus;

namespace Edge.Node.Tests.EndToEnd.Versions;

/// <summary>The bus of a node that speaks another version than it thinks: what it says is changed on its way.</summary>
internal sealed class VersionBus(IBus bus, MeshVersion version) : IBus
{
    public bool IsConnected => bus.IsConnected;

    public int PayloadBytesMax => bus.PayloadBytesMax;

    public BusStats Stats => bus.Stats;

    public bool TryPublish(string subject, ReadOnlySpan<byte> payload, string? replyTo = null) =>
        bus.TryPublish(subject, MeshDialect.Say(version, subject, payload), replyTo);

    public IDisposable Subscribe(string pattern, BusHandler handler) =>
        bus.Subscribe(pattern, handler);

    public ValueTask<BusReply> RequestAsync(
        string subject,
        ReadOnlyMemory<byte> payload,
        TimeSpan within,
        CancellationToken cancellation
    ) =>
        bus.RequestAsync(
            subject,
            MeshDialect.Say(version, subject, payload.Span),
            within,
            cancellation
        );

    public string CreateInbox() => bus.CreateInbox();

    public IDisposable WatchConnection(Action<bool> handler) => bus.WatchConnection(handler);

    public ValueTask DisposeAsync() => bus.DisposeAsync();
}
