using Edge.Primitives;

namespace Edge.Wire.Rtcp.Feedback;

/// <summary>A PLI: the receiver lost the picture and needs a key frame.</summary>
/// <param name="Sender">Who asks.</param>
/// <param name="Media">Whose picture.</param>
/// <remarks>Source: RFC 4585 §6.3.1.</remarks>
public readonly record struct PictureLossIndication(Ssrc Sender, Ssrc Media)
{
    // +---+-+---------+---------------+-------------------------------+
    // |V=2|P| FMT = 1 |    PT = 206   |          length = 2           |
    // +---+-+---------+---------------+-------------------------------+
    // |                         SSRC of sender                        |
    // +---------------------------------------------------------------+
    // |                      SSRC of media source                     |
    // +---------------------------------------------------------------+

    /// <summary>Reads a PLI.</summary>
    public static RtcpParseError TryParse(RtcpBlock block, out PictureLossIndication indication)
    {
        indication = default;
        if (block.Kind != RtcpKind.PictureLossIndication)
        {
            return RtcpParseError.WrongKind;
        }

        if (block.Body.Length < 2 * RtcpHeader.SsrcBytes)
        {
            return RtcpParseError.TruncatedBody;
        }

        indication = new PictureLossIndication(block.Sender, block.Media);
        return RtcpParseError.None;
    }
}
