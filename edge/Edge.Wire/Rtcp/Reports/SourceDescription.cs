using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Reports;

/// <summary>A view of an SDES: texts about sources, of which only the CNAME matters here.</summary>
/// <remarks>Source: RFC 3550 §6.5. Owner: borrows the block's bytes.</remarks>
public ref struct SourceDescription
{
    /// <summary>Item type of the canonical name (RFC 3550 §6.5.1).</summary>
    public const byte CnameType = 1;

    private const byte EndType = 0;

    private ReadOnlySpan<byte> _rest;
    private int _chunksLeft;
    private bool _isInChunk;

    private SourceDescription(ReadOnlySpan<byte> chunks, int count)
    {
        _rest = chunks;
        _chunksLeft = count;
    }

    /// <summary>The source of the item found last.</summary>
    public Ssrc Source { get; private set; }

    /// <summary>The type of the item found last.</summary>
    public byte ItemType { get; private set; }

    /// <summary>The text of the item found last, 0 to 255 bytes of UTF-8 without terminator.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    // +---+-+---------+---------------+-------------------------------+
    // |V=2|P|   SC    |    PT = 202   |            length             |
    // +---+-+---------+---------------+-------------------------------+  SC chunks of
    // |                             SSRC                              |
    // +---------------+---------------+-------------------------------+  items of
    // |     type      |    length     |  text ...
    // +---------------+---------------+---
    //   then one zero byte, and more up to the next word

    /// <summary>Reads an SDES and checks all of its items.</summary>
    public static RtcpParseError TryParse(RtcpBlock block, out SourceDescription description)
    {
        description = default;
        if (block.Kind != RtcpKind.SourceDescription)
        {
            return RtcpParseError.WrongKind;
        }

        var walk = new SourceDescription(block.Body, block.Format);
        while (walk.TryMoveNext(out var isMalformed))
        {
            if (isMalformed)
            {
                return RtcpParseError.TruncatedEntries;
            }
        }

        description = new SourceDescription(block.Body, block.Format);
        return RtcpParseError.None;
    }

    /// <summary>Goes to the next item of any chunk; false at the end.</summary>
    public bool MoveNext() => TryMoveNext(out var isMalformed) && !isMalformed;

    private bool TryMoveNext(out bool isMalformed)
    {
        isMalformed = false;
        while (_isInChunk || _chunksLeft > 0)
        {
            if (!_isInChunk)
            {
                isMalformed = _rest.Length < RtcpHeader.SsrcBytes;
                if (isMalformed)
                {
                    return true;
                }

                Source = new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(_rest));
                _rest = _rest[RtcpHeader.SsrcBytes..];
                _chunksLeft--;
                _isInChunk = true;
            }

            if (!_rest.IsEmpty && _rest[0] == EndType)
            {
                // The chunk's first byte is on a word, so what is left tells where words end.
                _rest = _rest[PaddedEnd()..];
                _isInChunk = false;
                continue;
            }

            isMalformed = _rest.Length < 2 || _rest.Length < 2 + _rest[1];
            if (!isMalformed)
            {
                ItemType = _rest[0];
                Text = _rest.Slice(2, _rest[1]);
                _rest = _rest[(2 + _rest[1])..];
            }

            return true;
        }

        return false;
    }

    /// <summary>Bytes from the terminator to the next word. Bodies are whole words unless padding
    /// that is not a whole word was cut off, hence the bound.</summary>
    private readonly int PaddedEnd()
    {
        var toNextWord = _rest.Length & 3;
        return Math.Min(_rest.Length, toNextWord == 0 ? 4 : toNextWord);
    }
}
