using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Feedback;

/// <summary>A view of a generic NACK, walked as the sequence numbers it asks for.</summary>
/// <remarks>
/// Shape: each entry names one packet and, by bits, which of the next sixteen. Bounded by the block:
/// at most 17 numbers for 4 bytes. Numbers may repeat; nothing says they are in order.
/// Source: RFC 4585 §6.2.1. Owner: borrows the block's bytes.
/// </remarks>
public ref struct GenericNack
{
    internal const int EntryBytes = 4;

    private ReadOnlySpan<byte> _rest;
    private ushort _packetId;
    private uint _following;
    private int _step;

    private GenericNack(RtcpBlock block)
    {
        Sender = block.Sender;
        Media = block.Media;
        _rest = block.FeedbackControl;
    }

    /// <summary>Who asks.</summary>
    public Ssrc Sender { get; }

    /// <summary>Whose packets.</summary>
    public Ssrc Media { get; }

    /// <summary>The number found last.</summary>
    public SequenceNumber Current { get; private set; }

    // +---+-+---------+---------------+-------------------------------+
    // |V=2|P| FMT = 1 |    PT = 205   |            length             |
    // +---+-+---------+---------------+-------------------------------+
    // |                         SSRC of sender                        |
    // +---------------------------------------------------------------+
    // |                      SSRC of media source                     |
    // +-------------------------------+-------------------------------+  entries
    // |       packet id (PID)         |  bitmask of the following     |
    // |                               |  packets: bit 0 is PID + 1    |
    // +-------------------------------+-------------------------------+

    /// <summary>Reads a NACK.</summary>
    public static RtcpParseError TryParse(RtcpBlock block, out GenericNack nack)
    {
        nack = default;
        if (block.Kind != RtcpKind.GenericNack)
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

        nack = new GenericNack(block);
        return RtcpParseError.None;
    }

    /// <summary>Itself, for <c>foreach</c>.</summary>
    public readonly GenericNack GetEnumerator() => this;

    /// <summary>Goes to the next number.</summary>
    [HotPath]
    public bool MoveNext()
    {
        if (_following == 0)
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            _packetId = BinaryPrimitives.ReadUInt16BigEndian(_rest);
            _following = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
            _rest = _rest[EntryBytes..];
            _step = 0;
            Current = new SequenceNumber(_packetId);
            return true;
        }

        var skipped = System.Numerics.BitOperations.TrailingZeroCount(_following) + 1;
        _following >>= skipped;
        _step += skipped;
        Current = new SequenceNumber(_packetId) + _step;
        return true;
    }
}
