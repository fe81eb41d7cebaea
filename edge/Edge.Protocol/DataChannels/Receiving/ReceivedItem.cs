namespace Edge.Protocol.DataChannels.Receiving;

/// <summary>One item for the channels, in the order things happened.</summary>
internal struct ReceivedItem
{
    /// <summary>What it is.</summary>
    public ReceivedItemKind Kind;

    /// <summary>Why the association failed.</summary>
    public DataChannelFailure Failure;

    /// <summary>The stream.</summary>
    public ushort StreamId;

    /// <summary>A message's place in its stream.</summary>
    public ushort Sequence;

    /// <summary>What a message's bytes are.</summary>
    public uint Protocol;

    /// <summary>How many bytes.</summary>
    public int Length;

    /// <summary>What it counts in the receive buffer.</summary>
    public int CostBytes;

    /// <summary>The bytes, from the pool; whoever takes the item returns them.</summary>
    public byte[]? Buffer;
}
