using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Feedback;

/// <summary>Writes a FIR for one source (RFC 5104 §4.3.1).</summary>
public static class FirWriter
{
    /// <summary>Bytes of a FIR of one entry.</summary>
    public const int Bytes = RtcpHeader.FeedbackBytes + FullIntraRequest.EntryBytes;

    /// <summary>Writes the block; returns its length, 0 when it does not fit, and then leaves the
    /// destination alone.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="sender">Who asks.</param>
    /// <param name="media">Whose key frame.</param>
    /// <param name="commandNumber">One more than in the last command; the same in a repetition.</param>
    public static int Write(Span<byte> destination, Ssrc sender, Ssrc media, byte commandNumber)
    {
        if (destination.Length < Bytes)
        {
            return 0;
        }

        RtcpHeader.WriteFeedback(
            destination,
            RtcpPacketType.PayloadFeedback,
            RtcpFormat.FullIntra,
            Bytes,
            sender.Value,
            media: 0
        );
        var entry = destination[RtcpHeader.FeedbackBytes..];
        BinaryPrimitives.WriteUInt32BigEndian(entry, media.Value);
        BinaryPrimitives.WriteUInt32BigEndian(entry[4..], (uint)commandNumber << 24);
        return Bytes;
    }
}
