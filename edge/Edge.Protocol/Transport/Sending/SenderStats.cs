namespace Edge.Protocol.Transport.Sending;

/// <summary>Counters of one sent stream, from the session's start.</summary>
public partial struct SenderStats
{
    /// <summary>Media packets sent, without retransmissions.</summary>
    public long Packets { get; internal set; }

    /// <summary>Their bytes: RTP header and payload.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Their payload bytes, as sender reports count them.</summary>
    public long PayloadBytes { get; internal set; }

    /// <summary>Retransmissions sent.</summary>
    public long Retransmissions { get; internal set; }

    /// <summary>Packets of nothing but padding, which only tested the network.</summary>
    public long PaddingPackets { get; internal set; }

    /// <summary>Packets the viewer reports as lost.</summary>
    public long Lost { get; internal set; }

    /// <summary>Requests for a key frame that came.</summary>
    public long KeyFrameRequests { get; internal set; }

    /// <summary>Packets not sent because the cipher refused a repeated index or the slot was too small.</summary>
    public long Refused { get; internal set; }
}
