using Edge.Primitives;

namespace Edge.Wire.Rtcp.Feedback;

/// <summary>Writes a PLI (RFC 4585 §6.3.1).</summary>
public static class PliWriter
{
    /// <summary>Bytes of a PLI.</summary>
    public const int Bytes = RtcpHeader.FeedbackBytes;

    /// <summary>Writes the block; returns its length, 0 when it does not fit, and then leaves the
    /// destination alone.</summary>
    public static int Write(Span<byte> destination, Ssrc sender, Ssrc media)
    {
        if (destination.Length < Bytes)
        {
            return 0;
        }

        RtcpHeader.WriteFeedback(
            destination,
            RtcpPacketType.PayloadFeedback,
            RtcpFormat.PictureLoss,
            Bytes,
            sender.Value,
            media.Value
        );
        return Bytes;
    }
}
