namespace Edge.Protocol.DataChannels;

/// <summary>One thing that happened to a transport.</summary>
/// <remarks>Owner: <see cref="Payload"/> is borrowed until the next call of
/// <see cref="DataChannelTransport.PollEvent"/>.</remarks>
public readonly struct DataChannelEvent
{
    /// <summary>What happened.</summary>
    public DataChannelEventKind Kind { get; init; }

    /// <summary>The channel's id, where it happened to one.</summary>
    public ushort Channel { get; init; }

    /// <summary>Whether a message is bytes rather than text in UTF-8, which is not checked.</summary>
    public bool IsBinary { get; init; }

    /// <summary>Why the transport failed.</summary>
    public DataChannelFailure Failure { get; init; }

    /// <summary>The message's bytes.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>What was opened; null for other events.</summary>
    public DataChannelOptions? Options { get; init; }
}
