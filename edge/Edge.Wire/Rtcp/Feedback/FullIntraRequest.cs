using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Feedback;

/// <summary>A view of a FIR: commands for a key frame, one entry for each source.</summary>
/// <remarks>
/// A repeated command carries the same number; only a new number asks for a new key frame. The media
/// source of the block is 0 and ignored; the entries name the sources.
/// Source: RFC 5104 §4.3.1. Owner: borrows the block's bytes.
/// </remarks>
public ref struct FullIntraRequest
{
    internal const int EntryBytes = 8;

    private ReadOnlySpan<byte> _rest;

    private FullIntraRequest(RtcpBlock block)
    {
        Sender = block.Sender;
        _rest = block.FeedbackControl;
    }

    /// <summary>Who asks.</summary>
    public Ssrc Sender { get; }

    /// <summary>The source of the entry found last.</summary>
    public Ssrc Media { get; private set; }

    /// <summary>The command number of the entry found last.</summary>
    public byte CommandNumber { get; private set; }

    // +---+-+---------+---------------+-------------------------------+
    // |V=2|P| FMT = 4 |    PT = 206   |            length             |
    // +---+-+---------+---------------+-------------------------------+
    // |                         SSRC of sender                        |
    // +---------------------------------------------------------------+
    // |                        media source = 0                       |
    // +---------------------------------------------------------------+  entries
    // |                              SSRC                             |
    // +---------------+-----------------------------------------------+
    // |  seq number   |                 reserved = 0                  |
    // +---------------+-----------------------------------------------+

    /// <summary>Reads a FIR.</summary>
    public static RtcpParseError TryParse(RtcpBlock block, out FullIntraRequest request)
    {
        request = default;
        if (block.Kind != RtcpKind.FullIntraRequest)
        {
            return RtcpParseError.WrongKind;
        }

        if (block.Body.Length < 2 * RtcpHeader.SsrcBytes)
        {
            return RtcpParseError.TruncatedBody;
        }

        if ((block.Body.Length & (EntryBytes - 1)) != 0)
        {
            return RtcpParseError.TruncatedEntries;
        }

        request = new FullIntraRequest(block);
        return RtcpParseError.None;
    }

    /// <summary>Goes to the next entry.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        Media = new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(_rest));
        CommandNumber = _rest[RtcpHeader.SsrcBytes];
        _rest = _rest[EntryBytes..];
        return true;
    }
}
