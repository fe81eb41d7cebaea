using Edge.Bus;

namespace Edge.Node.Tests.EndToEnd.Versions;

/// <summary>The bus of a node that speaks another version than it thinks: what it says is changed on its way.</summary>
internal sealed class VersionBus(IBus bus, MeshVersion version) : PassingBus(bus)
{
    public override bool TryPublish(
        string subject,
        ReadOnlySpan<byte> payload,
        string? replyTo = null
    ) => base.TryPublish(subject, MeshDialect.Say(version, subject, payload), replyTo);

    public override ValueTask<BusReply> RequestAsync(
        string subject,
        ReadOnlyMemory<byte> payload,
        TimeSpan within,
        CancellationToken cancellation
    ) =>
        base.RequestAsync(
            subject,
            MeshDialect.Say(version, subject, payload.Span),
            within,
            cancellation
        );
}
