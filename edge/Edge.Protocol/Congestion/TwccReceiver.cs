using Edge.Primitives;

namespace Edge.Protocol.Congestion;

/// <summary>Records when packets with transport-wide sequence numbers came and writes the feedback.</summary>
/// <remarks>
/// Without this feedback Chromium stays at a few hundred kilobits and its lowest simulcast layer.
/// Source: draft-holmer-rmcat-transport-wide-cc-extensions-01.
/// </remarks>
public sealed class TwccReceiver
{
    /// <summary>Records a packet of the transport.</summary>
    /// <param name="sequence">The transport-wide sequence number of its header extension.</param>
    /// <param name="mediaSsrc">Its SSRC; feedback names the latest.</param>
    /// <param name="now">When it came.</param>
    [HotPath]
    public void HandlePacket(SequenceNumber sequence, Ssrc mediaSsrc, Instant now) =>
        throw new NotSupportedException();

    /// <summary>Writes a feedback packet when one is due; 0 when not. Call until 0.</summary>
    [HotPath]
    public int PollFeedback(Span<byte> destination, Ssrc senderSsrc, Instant now) =>
        throw new NotSupportedException();

    /// <summary>When <see cref="PollFeedback"/> has something to write.</summary>
    public Instant PollTimeout() => throw new NotSupportedException();
}
