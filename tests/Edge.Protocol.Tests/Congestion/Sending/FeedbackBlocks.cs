using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;

namespace Edge.Protocol.Tests.Congestion.Sending;

/// <summary>Feedback as a viewer writes it.</summary>
internal static class FeedbackBlocks
{
    public const double Lost = -1;
    private const int BaseOffset = 12;
    private const int ReferenceOffset = 16;

    /// <summary>Bytes of a block about consecutive numbers.</summary>
    /// <param name="first">The first number.</param>
    /// <param name="arrivalsMs">When each came on the viewer's clock, or <see cref="Lost"/>.</param>
    public static byte[] Write(int first, params double[] arrivalsMs)
    {
        var window = Array.ConvertAll(
            arrivalsMs,
            ms => ms < 0 ? Instant.Never.Ticks : Instant.FromMilliseconds(ms).Ticks
        );
        var buffer = new byte[1200];
        var length = TransportFeedbackWriter.Write(
            buffer,
            new Ssrc(1),
            new Ssrc(2),
            unchecked((ushort)first),
            window,
            feedbackCount: 0,
            out _
        );
        return buffer[..length];
    }

    /// <summary>Says another first number in a written block.</summary>
    public static void SetBase(byte[] packet, int first) =>
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(BaseOffset), unchecked((ushort)first));

    /// <summary>Says another reference time, of which 24 bits count, in a written block.</summary>
    public static void SetReferenceTime(byte[] packet, int units) =>
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(ReferenceOffset), units << 8);

    /// <summary>Says a later reference time in a written block.</summary>
    public static void MoveReferenceTime(byte[] packet, TimeSpan by)
    {
        var units = BinaryPrimitives.ReadInt32BigEndian(packet.AsSpan(ReferenceOffset)) >> 8;
        SetReferenceTime(packet, units + (int)(by.TotalMilliseconds / 64));
    }

    /// <summary>The view of a block.</summary>
    public static TransportFeedback Read(byte[] packet)
    {
        foreach (var block in new RtcpCompoundReader(packet))
        {
            if (TransportFeedback.TryParse(block, out var feedback) == RtcpParseError.None)
            {
                return feedback;
            }
        }

        throw new ArgumentException("No feedback.", nameof(packet));
    }

    public static TransportFeedback Create(int first, params double[] arrivalsMs) =>
        Read(Write(first, arrivalsMs));
}
