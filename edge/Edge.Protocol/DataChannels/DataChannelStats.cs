namespace Edge.Protocol.DataChannels;

/// <summary>What one transport did since it was made.</summary>
public partial struct DataChannelStats
{
    /// <summary>Packets taken in.</summary>
    public long PacketsReceived;

    /// <summary>Packets dropped whole: malformed, of another association, or out of place.</summary>
    public long PacketsDropped;

    /// <summary>Packets written.</summary>
    public long PacketsSent;

    /// <summary>Messages accepted by Send.</summary>
    public long MessagesSent;

    /// <summary>Messages handed out or ready to be.</summary>
    public long MessagesReceived;

    /// <summary>Own messages given up by their channel's reliability, or discarded by a close.</summary>
    public long MessagesAbandoned;

    /// <summary>Messages of the peer that no channel wanted.</summary>
    public long MessagesDiscarded;

    /// <summary>DATA chunks of the peer refused because the receive buffer was full.</summary>
    public long ChunksRefused;

    /// <summary>DATA chunks of the peer that came again.</summary>
    public long ChunksDuplicate;

    /// <summary>SACK chunks that could not be, or came in a state that has none.</summary>
    public long ChunksIgnored;

    /// <summary>DATA chunks sent again.</summary>
    public long ChunksRetransmitted;

    /// <summary>Losses noticed by gaps.</summary>
    public long FastRetransmits;

    /// <summary>Losses noticed by silence.</summary>
    public long RetransmissionTimeouts;
}
