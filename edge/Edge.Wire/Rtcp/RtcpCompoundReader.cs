using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp;

/// <summary>Walks the blocks of a (compound or reduced-size) RTCP packet.</summary>
/// <remarks>
/// Shape: blocks of whole words, one after the other. Reduced-size packets (RFC 5506) are accepted,
/// so no block is required to come first; padding is accepted on any block, because transport-wide
/// feedback pads itself wherever it stands.
/// Errors: stops at the first malformed block; <see cref="Error"/> then says why, and the blocks
/// before it stand.
/// Source: RFC 3550 §6.1, A.2.
/// </remarks>
public ref struct RtcpCompoundReader
{
    private const int VersionShift = 6;
    private const byte FormatMask = 0x1F;

    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts before the first block of a decrypted RTCP packet.</summary>
    public RtcpCompoundReader(ReadOnlySpan<byte> compound)
    {
        _rest = compound;
        Error = compound.IsEmpty ? RtcpParseError.TruncatedHeader : RtcpParseError.None;
        Current = default;
    }

    /// <summary>The block found last.</summary>
    public RtcpBlock Current { get; private set; }

    /// <summary>Why the walk ended early; none while it goes on and after a clean end.</summary>
    public RtcpParseError Error { get; private set; }

    /// <summary>Itself, for <c>foreach</c>. The error is seen only by those who call
    /// <see cref="MoveNext"/> themselves.</summary>
    public readonly RtcpCompoundReader GetEnumerator() => this;

    // 0                   1                   2                   3
    // 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    // +---+-+---------+---------------+-------------------------------+
    // |V=2|P|  count  |  packet type  |   length in words, minus one  |
    // +---+-+---------+---------------+-------------------------------+
    // |       body ...           ... padding, if P; its last byte     |
    // |                              counts it, itself too            |
    // +---------------------------------------------------------------+

    /// <summary>Goes to the next block; false at the end and at the first malformed one.</summary>
    [HotPath]
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        if (_rest.Length < RtcpHeader.Bytes)
        {
            return Stop(RtcpParseError.TruncatedHeader);
        }

        if (_rest[0] >> VersionShift != RtcpHeader.Version)
        {
            return Stop(RtcpParseError.UnsupportedVersion);
        }

        var length = (BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]) + 1) * 4;
        if (_rest.Length < length)
        {
            return Stop(RtcpParseError.TruncatedBlock);
        }

        var body = _rest[RtcpHeader.Bytes..length];
        if (RtcpHeader.HasPadding(_rest[0]))
        {
            var padding = body.IsEmpty ? 0 : body[^1];
            if (padding == 0 || padding > body.Length)
            {
                return Stop(RtcpParseError.BadPaddingLength);
            }

            body = body[..^padding];
        }

        Current = new RtcpBlock((RtcpPacketType)_rest[1], (byte)(_rest[0] & FormatMask), body);
        _rest = _rest[length..];
        return true;
    }

    private bool Stop(RtcpParseError error)
    {
        _rest = default;
        Error = error;
        return false;
    }
}
