using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Feedback;

/// <summary>Writes a generic NACK (RFC 4585 §6.2.1).</summary>
public static class NackWriter
{
    private const int FollowingMax = 16;

    /// <summary>Writes a NACK for all of the numbers; returns its length, 0 when it does not fit or
    /// there is no number, and then leaves the destination alone.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="sender">Who asks.</param>
    /// <param name="media">Whose packets.</param>
    /// <param name="lost">Rising numbers without repetition (wrapping at 65535).</param>
    [HotPath]
    public static int Write(
        Span<byte> destination,
        Ssrc sender,
        Ssrc media,
        ReadOnlySpan<ushort> lost
    )
    {
        var entries = 0;
        for (var index = 0; index < lost.Length; index += CountInEntry(lost[index..], out _))
        {
            entries++;
        }

        var length = RtcpHeader.FeedbackBytes + entries * GenericNack.EntryBytes;
        return destination.Length < length ? 0 : Write(destination, sender, media, lost, out _);
    }

    /// <summary>Writes a NACK for as many of the numbers as fit; returns its length, 0 when not even
    /// one fits, and then leaves the destination alone.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="sender">Who asks.</param>
    /// <param name="media">Whose packets.</param>
    /// <param name="lost">Rising numbers without repetition (wrapping at 65535).</param>
    /// <param name="consumed">How many of the numbers were written, from the first.</param>
    [HotPath]
    public static int Write(
        Span<byte> destination,
        Ssrc sender,
        Ssrc media,
        ReadOnlySpan<ushort> lost,
        out int consumed
    )
    {
        consumed = 0;
        var length = RtcpHeader.FeedbackBytes;
        while (consumed < lost.Length && destination.Length >= length + GenericNack.EntryBytes)
        {
            var count = CountInEntry(lost[consumed..], out var following);
            var entry = destination[length..];
            BinaryPrimitives.WriteUInt16BigEndian(entry, lost[consumed]);
            BinaryPrimitives.WriteUInt16BigEndian(entry[2..], following);
            consumed += count;
            length += GenericNack.EntryBytes;
        }

        if (consumed == 0)
        {
            return 0;
        }

        RtcpHeader.WriteFeedback(
            destination,
            RtcpPacketType.TransportFeedback,
            RtcpFormat.GenericNack,
            length,
            sender.Value,
            media.Value
        );
        return length;
    }

    /// <summary>How many of the numbers one entry takes, and its bitmask.</summary>
    private static int CountInEntry(ReadOnlySpan<ushort> lost, out ushort following)
    {
        var mask = 0;
        var count = 1;
        for (; count < lost.Length; count++)
        {
            var step = unchecked((ushort)(lost[count] - lost[0]));
            if (step is 0 or > FollowingMax)
            {
                break;
            }

            mask |= 1 << (step - 1);
        }

        following = (ushort)mask;
        return count;
    }
}
