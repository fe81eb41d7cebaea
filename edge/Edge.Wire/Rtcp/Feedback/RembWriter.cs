using System.Buffers.Binary;
using System.Numerics;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Feedback;

/// <summary>Writes a REMB (draft-alvestrand-rmcat-remb-03 §2.2).</summary>
public static class RembWriter
{
    /// <summary>Writes the block; returns its length, 0 when it does not fit or names more than 255
    /// sources, and then leaves the destination alone.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="sender">Who estimates.</param>
    /// <param name="bitrate">The estimate; its 18 leading bits are told, the rest is cut off. A
    /// negative one counts as 0.</param>
    /// <param name="sources">The sources it is about.</param>
    public static int Write(
        Span<byte> destination,
        Ssrc sender,
        Bitrate bitrate,
        params ReadOnlySpan<Ssrc> sources
    )
    {
        const int fixedBytes =
            RtcpHeader.FeedbackBytes + ReceiverEstimatedMaximumBitrate.FixedBytes;
        var length = fixedBytes + sources.Length * RtcpHeader.SsrcBytes;
        if (sources.Length > byte.MaxValue || destination.Length < length)
        {
            return 0;
        }

        RtcpHeader.WriteFeedback(
            destination,
            RtcpPacketType.PayloadFeedback,
            RtcpFormat.ApplicationLayer,
            length,
            sender.Value,
            media: 0
        );
        var control = destination[RtcpHeader.FeedbackBytes..];
        "REMB"u8.CopyTo(control);
        var bits = (ulong)Math.Max(0, bitrate.BitsPerSecond);
        var significant = 64 - BitOperations.LeadingZeroCount(bits);
        var exponent = Math.Max(0, significant - ReceiverEstimatedMaximumBitrate.MantissaBits);
        var mantissa = (uint)(bits >> exponent);
        BinaryPrimitives.WriteUInt32BigEndian(
            control[4..],
            ((uint)sources.Length << 24)
                | ((uint)exponent << ReceiverEstimatedMaximumBitrate.MantissaBits)
                | mantissa
        );
        for (var index = 0; index < sources.Length; index++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(
                destination[(fixedBytes + index * RtcpHeader.SsrcBytes)..],
                sources[index].Value
            );
        }

        return length;
    }
}
