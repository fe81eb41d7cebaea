namespace Edge.Forwarding.Tracks;

/// <summary>Where a subscription stands.</summary>
public enum SubscriptionState : byte
{
    /// <summary>Nothing can be sent yet: a key frame is awaited.</summary>
    Waiting,

    /// <summary>Cached packets are being sent, paced, until the live ones are reached.</summary>
    CatchingUp,

    /// <summary>Packets are sent as they come.</summary>
    Live,

    /// <summary>It came from another shard, and nothing that it was not sent has come here yet: it keeps its place.</summary>
    Moved,
}
