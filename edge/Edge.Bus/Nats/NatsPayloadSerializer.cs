using System.Buffers;
using NATS.Client.Core;

namespace Edge.Bus.Nats;

/// <summary>Hands bytes to the client library as they are.</summary>
internal sealed class NatsPayloadSerializer : INatsSerialize<ReadOnlyMemory<byte>>
{
    /// <summary>The one there is.</summary>
    public static NatsPayloadSerializer Instance { get; } = new();

    /// <inheritdoc/>
    public void Serialize(IBufferWriter<byte> bufferWriter, ReadOnlyMemory<byte> value) =>
        bufferWriter.Write(value.Span);
}
