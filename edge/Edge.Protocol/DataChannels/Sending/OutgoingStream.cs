namespace Edge.Protocol.DataChannels.Sending;

/// <summary>One direction of a channel: its waiting messages and its numbers.</summary>
internal sealed class OutgoingStream(ushort id)
{
    /// <summary>The stream identifier.</summary>
    public ushort Id { get; } = id;

    /// <summary>The stream sequence number of the next ordered message (RFC 9260 §6.5).</summary>
    public ushort NextSequence { get; set; }

    /// <summary>The first message that waits for its first chunk.</summary>
    public OutgoingMessage? First { get; set; }

    /// <summary>The last one that waits.</summary>
    public OutgoingMessage? Last { get; set; }

    /// <summary>Messages that are not acknowledged or given up, sent or not.</summary>
    public int MessageCount { get; set; }

    /// <summary>Their bytes, without those of control messages.</summary>
    public long BufferedBytes { get; set; }

    /// <summary>The bytes of all of them and what they cost beside.</summary>
    public long HeldBytes { get; set; }

    /// <summary>Falling to it raises BufferedAmountLow.</summary>
    public long LowThresholdBytes { get; set; }

    /// <summary>Whether a Send was refused since the last BufferedAmountLow.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>Whether a BufferedAmountLow waits to be taken.</summary>
    public bool IsLow { get; set; }

    /// <summary>Whether the stream stands in the line of those with waiting messages.</summary>
    public bool IsScheduled { get; set; }

    /// <summary>The next one in that line.</summary>
    public OutgoingStream? NextScheduled { get; set; }
}
