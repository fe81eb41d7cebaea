namespace Edge.Forwarding.Tracks;

/// <summary>Counters of one track on one shard since it was made.</summary>
public struct TrackStats
{
    /// <summary>Packets given to <see cref="Track.Forward"/>.</summary>
    public long PacketsIn { get; internal set; }

    /// <summary>Packets received again and dropped.</summary>
    public long Duplicates { get; internal set; }

    /// <summary>Packets of a publisher that was replaced, of an unknown layer, or too old.</summary>
    public long Stale { get; internal set; }

    /// <summary>Packets given to the sink, retransmissions included.</summary>
    public long PacketsOut { get; internal set; }

    /// <summary>Packets sent again for a NACK.</summary>
    public long Retransmissions { get; internal set; }

    /// <summary>NACKed numbers that could not be answered: never received, too old, or over budget.</summary>
    public long RetransmissionsMissed { get; internal set; }

    /// <summary>Joins answered from the cache.</summary>
    public long CachedStarts { get; internal set; }

    /// <summary>Changes of layer within one source.</summary>
    public long LayerSwitches { get; internal set; }

    /// <summary>Key-frame requests handed out.</summary>
    public long KeyFrameRequests { get; internal set; }
}
