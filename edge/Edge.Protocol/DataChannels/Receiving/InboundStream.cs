namespace Edge.Protocol.DataChannels.Receiving;

/// <summary>The order of one stream of the peer.</summary>
internal sealed class InboundStream
{
    /// <summary>The sequence number that comes next.</summary>
    public ushort NextSequence;

    /// <summary>Messages that came too early, in order.</summary>
    public HeldMessage? FirstHeld;

    /// <summary>The last of them.</summary>
    public HeldMessage? LastHeld;
}
