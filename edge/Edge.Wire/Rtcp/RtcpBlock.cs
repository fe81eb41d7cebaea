using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp;

/// <summary>One packet of an RTCP compound whose length was checked.</summary>
/// <remarks>Owner: borrows the compound's bytes.</remarks>
public readonly ref struct RtcpBlock
{
    private static ReadOnlySpan<byte> RembIdentifier => "REMB"u8;

    internal RtcpBlock(RtcpPacketType type, byte format, ReadOnlySpan<byte> body)
    {
        Type = type;
        Format = format;
        Body = body;
    }

    /// <summary>The packet type.</summary>
    public RtcpPacketType Type { get; }

    /// <summary>The five bits beside the version: a count, or the format of feedback.</summary>
    public byte Format { get; }

    /// <summary>What follows the header, without padding.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>What the block is; decides which view reads it.</summary>
    public RtcpKind Kind =>
        Type switch
        {
            RtcpPacketType.SenderReport => RtcpKind.SenderReport,
            RtcpPacketType.ReceiverReport => RtcpKind.ReceiverReport,
            RtcpPacketType.SourceDescription => RtcpKind.SourceDescription,
            RtcpPacketType.Goodbye => RtcpKind.Goodbye,
            RtcpPacketType.TransportFeedback => TransportKind(),
            RtcpPacketType.PayloadFeedback => PayloadKind(),
            RtcpPacketType.ExtendedReport => RtcpKind.ExtendedReport,
            RtcpPacketType.Application => RtcpKind.Unknown,
            _ => RtcpKind.Unknown,
        };

    /// <summary>The first source of the body: in every kind but SDES and BYE, who sent the block;
    /// 0 when the body is shorter.</summary>
    public Ssrc Sender => new(ReadWord(0));

    /// <summary>The second source of a feedback block: what the feedback is about.</summary>
    internal Ssrc Media => new(ReadWord(RtcpHeader.SsrcBytes));

    /// <summary>What follows the two sources of a feedback block.</summary>
    internal ReadOnlySpan<byte> FeedbackControl => Body[(2 * RtcpHeader.SsrcBytes)..];

    private RtcpKind TransportKind() =>
        Format switch
        {
            RtcpFormat.GenericNack => RtcpKind.GenericNack,
            RtcpFormat.TransportWide => RtcpKind.TransportFeedback,
            _ => RtcpKind.Unknown,
        };

    private RtcpKind PayloadKind() =>
        Format switch
        {
            RtcpFormat.PictureLoss => RtcpKind.PictureLossIndication,
            RtcpFormat.FullIntra => RtcpKind.FullIntraRequest,
            RtcpFormat.ApplicationLayer
                when Body.Length >= 2 * RtcpHeader.SsrcBytes + RembIdentifier.Length
                    && FeedbackControl.StartsWith(RembIdentifier) =>
                RtcpKind.ReceiverEstimatedMaximumBitrate,
            _ => RtcpKind.Unknown,
        };

    private uint ReadWord(int offset) =>
        Body.Length < offset + RtcpHeader.SsrcBytes
            ? 0
            : BinaryPrimitives.ReadUInt32BigEndian(Body[offset..]);
}
