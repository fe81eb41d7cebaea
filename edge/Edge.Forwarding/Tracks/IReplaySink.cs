namespace Edge.Forwarding.Tracks;

/// <summary>Takes the cached packets of a track for another shard. Implemented by structs.</summary>
public interface IReplaySink
{
    /// <summary>Offers a packet, its claim borrowed (add one before it goes into a ring); false when
    /// no more fit.</summary>
    bool Offer(in TrackPacket packet);
}
