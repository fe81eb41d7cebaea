using Edge.Primitives;

namespace Edge.Protocol.Congestion;

/// <summary>Tells a publisher without transport-wide feedback how much it may send.</summary>
public sealed class RembReceiver
{
    /// <summary>Records a received media packet.</summary>
    [HotPath]
    public void HandlePacket(int bytes, Instant now) => throw new NotSupportedException();

    /// <summary>Records packets found lost.</summary>
    [HotPath]
    public void HandleLoss(int packets) => throw new NotSupportedException();

    /// <summary>Writes a REMB for the given media SSRCs when one is due; 0 when not.</summary>
    public int PollFeedback(
        Span<byte> destination,
        Ssrc senderSsrc,
        ReadOnlySpan<Ssrc> mediaSsrcs,
        Instant now
    ) => throw new NotSupportedException();

    /// <summary>When <see cref="PollFeedback"/> has something to write.</summary>
    public Instant PollTimeout() => throw new NotSupportedException();

    /// <summary>The current estimate.</summary>
    public Bitrate Estimate => throw new NotSupportedException();
}
