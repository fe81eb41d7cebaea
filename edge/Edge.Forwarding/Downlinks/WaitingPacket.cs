using Edge.Forwarding.Tracks;
using Edge.Primitives;

namespace Edge.Forwarding.Downlinks;

/// <summary>A packet that waits until its viewer's network can take it.</summary>
internal struct WaitingPacket
{
    /// <summary>What is sent; its claim is ours.</summary>
    public ForwardedPacket Packet;

    /// <summary>For whom.</summary>
    public Subscription? Subscription;

    /// <summary>Since when it waits.</summary>
    public Instant Since;

    /// <summary>The place of the next one of its queue, or of the list of free places.</summary>
    public int Next;
}
