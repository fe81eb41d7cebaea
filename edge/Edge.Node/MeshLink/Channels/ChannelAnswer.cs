namespace Edge.Node.MeshLink.Channels;

/// <summary>From where on a node takes a channel's messages, or why it does not.</summary>
internal sealed record ChannelAnswer
{
    /// <summary>The name of a <see cref="Control.Contract.Calls.CallsErrorCode"/>; null for none.</summary>
    public string? Error { get; init; }

    /// <summary>The sentence that goes with it.</summary>
    public string? Description { get; init; }

    /// <summary>Which life of the channel.</summary>
    public ulong Generation { get; init; }

    /// <summary>The number of the next message.</summary>
    public ulong Number { get; init; }

    /// <summary>How many messages the channel has had; null from a node too old to say.</summary>
    public ulong? Count { get; init; }
}
