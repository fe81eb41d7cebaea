namespace Edge.Protocol.Transport.Receiving;

/// <summary>Counters of one received layer, from the session's start.</summary>
public partial struct ReceiverStats
{
    /// <summary>Media packets accepted, recovered ones included.</summary>
    public long Packets { get; internal set; }

    /// <summary>Their bytes, RTP header and payload.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Packets that never came on the media stream, as reports count them.</summary>
    public long Lost { get; internal set; }

    /// <summary>Packets that came by retransmission.</summary>
    public long Recovered { get; internal set; }

    /// <summary>Packets asked for again.</summary>
    public long NacksSent { get; internal set; }

    /// <summary>Key frames asked for.</summary>
    public long KeyFrameRequests { get; internal set; }
}
