using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Feedback;

/// <summary>A view of a REMB: the most a receiver thinks it can take, over some sources together.</summary>
/// <remarks>Source: draft-alvestrand-rmcat-remb-03 §2.2. Owner: borrows the block's bytes.</remarks>
public readonly ref struct ReceiverEstimatedMaximumBitrate
{
    internal const int MantissaBits = 18;
    internal const int FixedBytes = 8;
    private const int MantissaMask = (1 << MantissaBits) - 1;

    private readonly ReadOnlySpan<byte> _control;

    private ReceiverEstimatedMaximumBitrate(RtcpBlock block)
    {
        Sender = block.Sender;
        _control = block.FeedbackControl;
    }

    /// <summary>Who estimates.</summary>
    public Ssrc Sender { get; }

    /// <summary>The estimate; one too large for 63 bits counts as the largest.</summary>
    public Bitrate Bitrate
    {
        get
        {
            var word = BinaryPrimitives.ReadUInt32BigEndian(_control[4..]);
            var exponent = (int)(word >> MantissaBits) & 0x3F;
            long mantissa = word & MantissaMask;
            var isTooLarge = mantissa > long.MaxValue >> exponent;
            return new Bitrate(isTooLarge ? long.MaxValue : mantissa << exponent);
        }
    }

    /// <summary>How many sources it is about.</summary>
    public int SourceCount => _control[4];

    // +---+-+---------+---------------+-------------------------------+
    // |V=2|P| FMT=15  |    PT = 206   |            length             |
    // +---+-+---------+---------------+-------------------------------+
    // |                         SSRC of sender                        |
    // +---------------------------------------------------------------+
    // |                        media source = 0                       |
    // +---------------------------------------------------------------+
    // |                    'R'  'E'  'M'  'B'                         |
    // +---------------+-----------+-----------------------------------+
    // | sources       | exponent  |  mantissa, 18 bits                |
    // +---------------+-----------+-----------------------------------+
    // |                   sources of 32 bits                          |
    // +---------------------------------------------------------------+

    /// <summary>Reads a REMB.</summary>
    public static RtcpParseError TryParse(
        RtcpBlock block,
        out ReceiverEstimatedMaximumBitrate estimate
    )
    {
        estimate = default;
        if (block.Kind != RtcpKind.ReceiverEstimatedMaximumBitrate)
        {
            return RtcpParseError.WrongKind;
        }

        var control = block.FeedbackControl;
        if (control.Length < FixedBytes)
        {
            return RtcpParseError.TruncatedBody;
        }

        if (control.Length < FixedBytes + control[4] * RtcpHeader.SsrcBytes)
        {
            return RtcpParseError.TruncatedEntries;
        }

        estimate = new ReceiverEstimatedMaximumBitrate(block);
        return RtcpParseError.None;
    }

    /// <summary>A source the estimate is about.</summary>
    /// <param name="index">0 to <see cref="SourceCount"/> - 1.</param>
    public Ssrc Source(int index) =>
        new(
            BinaryPrimitives.ReadUInt32BigEndian(
                _control[(FixedBytes + index * RtcpHeader.SsrcBytes)..]
            )
        );
}
