using Edge.Primitives;

namespace Edge.Wire.Rtp;

/// <summary>Walks the elements of an RTP header extension in one pass.</summary>
/// <remarks>Source: RFC 8285 §4.2 and §4.3. A block of another profile has no elements.</remarks>
public ref struct RtpExtensionEnumerator
{
    private const byte PaddingId = 0;
    private const byte StopId = 15;
    private const ushort TwoByteProfileMask = 0xFFF0;

    private readonly bool _isTwoByte;
    private ReadOnlySpan<byte> _rest;

    internal RtpExtensionEnumerator(ushort profile, ReadOnlySpan<byte> block)
    {
        _isTwoByte = (profile & TwoByteProfileMask) == RtpHeader.TwoByteProfile;
        _rest = _isTwoByte || profile == RtpHeader.OneByteProfile ? block : default;
        Current = default;
    }

    /// <summary>The element found last.</summary>
    public RtpExtensionElement Current { get; private set; }

    /// <summary>Itself, so that <c>foreach</c> works on the packet's property.</summary>
    public readonly RtpExtensionEnumerator GetEnumerator() => this;

    // One-byte form:  0 1 2 3 4 5 6 7    length-1 in L, so 1 to 16 bytes of data
    //                +-------+-------+
    //                |  ID   |  L    |   ID 0: one byte of padding, ID 15: stop
    //                +-------+-------+
    //
    // Two-byte form:  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
    //                +---------------+---------------+
    //                |      ID       |    length     |   ID 0: one byte of padding
    //                +---------------+---------------+

    /// <summary>Goes to the next element; false at the end and at the first malformed one.</summary>
    [HotPath]
    public bool MoveNext()
    {
        var padding = 0;
        while (padding < _rest.Length && _rest[padding] == PaddingId)
        {
            padding++;
        }

        if (padding == _rest.Length)
        {
            _rest = default;
            return false;
        }

        _rest = _rest[padding..];
        int id = _rest[0];
        int headerBytes;
        int dataBytes;
        if (_isTwoByte)
        {
            headerBytes = 2;
            dataBytes = _rest.Length > 1 ? _rest[1] : byte.MaxValue;
        }
        else
        {
            headerBytes = 1;
            dataBytes = (id & 0x0F) + 1;
            id >>= 4;
        }

        if ((!_isTwoByte && id is PaddingId or StopId) || _rest.Length < headerBytes + dataBytes)
        {
            _rest = default;
            return false;
        }

        Current = new RtpExtensionElement((byte)id, _rest.Slice(headerBytes, dataBytes));
        _rest = _rest[(headerBytes + dataBytes)..];
        return true;
    }
}
