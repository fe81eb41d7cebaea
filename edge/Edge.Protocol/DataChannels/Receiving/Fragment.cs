namespace Edge.Protocol.DataChannels.Receiving;

/// <summary>A received piece of a message whose other pieces are missing.</summary>
internal struct Fragment
{
    /// <summary>Its bytes.</summary>
    public byte[] Buffer;

    /// <summary>In the first piece of a run: the TSN of the run's last. In the last: that of the first.</summary>
    public long RunOtherEnd;

    /// <summary>In the first piece of a run: the run's bytes.</summary>
    public int RunBytes;

    /// <summary>How many bytes.</summary>
    public int Length;

    /// <summary>What the message's bytes are.</summary>
    public uint Protocol;

    /// <summary>The stream.</summary>
    public ushort StreamId;

    /// <summary>The message's place in the stream.</summary>
    public ushort Sequence;

    /// <summary>Flags B, E and U of the chunk.</summary>
    public byte Flags;
}
