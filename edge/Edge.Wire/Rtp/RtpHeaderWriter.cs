using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtp;

/// <summary>Writes an RTP header and its extension in place, element by element.</summary>
/// <remarks>
/// Use: construct, add extensions, <see cref="Complete"/>. The bytes are written as they are added, so
/// after a header that did not fit the destination holds a part of it.
/// Source: RFC 3550 §5.1, RFC 8285 §4.
/// </remarks>
public ref struct RtpHeaderWriter
{
    private const int OneByteIdMax = 14;
    private const int OneByteDataMax = 16;

    private readonly Span<byte> _destination;
    private readonly ExtensionForm _form;
    private int _length;
    private bool _hasFailed;

    /// <summary>Writes the fixed header.</summary>
    public RtpHeaderWriter(
        Span<byte> destination,
        bool marker,
        PayloadType payloadType,
        SequenceNumber sequenceNumber,
        uint timestamp,
        Ssrc ssrc,
        ExtensionForm form = ExtensionForm.OneByte
    )
    {
        _destination = destination;
        _form = form;
        _length = RtpHeader.FixedBytes;
        _hasFailed = destination.Length < RtpHeader.FixedBytes;
        if (_hasFailed)
        {
            return;
        }

        destination[RtpHeader.FlagsOffset] = RtpHeader.VersionBits;
        destination[RtpHeader.PayloadTypeOffset] = (byte)(
            (payloadType.Value & RtpHeader.PayloadTypeMask) | (marker ? RtpHeader.MarkerBit : 0)
        );
        BinaryPrimitives.WriteUInt16BigEndian(
            destination[RtpHeader.SequenceNumberOffset..],
            sequenceNumber.Value
        );
        BinaryPrimitives.WriteUInt32BigEndian(destination[RtpHeader.TimestampOffset..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(destination[RtpHeader.SsrcOffset..], ssrc.Value);
    }

    /// <summary>Adds an element; false when the chosen form cannot carry it (it is then left out) or
    /// there is no room (then <see cref="Complete"/> answers 0).</summary>
    [HotPath]
    public bool AddExtension(byte id, scoped ReadOnlySpan<byte> data)
    {
        if (!TryReserve(id, data.Length, out var element))
        {
            return false;
        }

        data.CopyTo(element);
        return true;
    }

    /// <summary>Adds an element of two bytes, as the transport sequence number is.</summary>
    [HotPath]
    public bool AddUInt16(byte id, ushort value)
    {
        if (!TryReserve(id, sizeof(ushort), out var element))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(element, value);
        return true;
    }

    /// <summary>Adds an element of three bytes, as the absolute send time is.</summary>
    [HotPath]
    public bool AddUInt24(byte id, uint value)
    {
        if (!TryReserve(id, 3, out var element))
        {
            return false;
        }

        element[0] = (byte)(value >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(element[1..], unchecked((ushort)value));
        return true;
    }

    /// <summary>Adds an element of text, as mid and rid are.</summary>
    [HotPath]
    public bool AddToken(byte id, Token16 token)
    {
        Span<byte> text = stackalloc byte[Token16.LengthMax];
        return AddExtension(id, text[..token.CopyTo(text)]);
    }

    /// <summary>Pads and closes the extension; returns the header's length, 0 when it did not fit.</summary>
    [HotPath]
    public int Complete()
    {
        if (_hasFailed)
        {
            return 0;
        }

        if (_length == RtpHeader.FixedBytes)
        {
            return _length;
        }

        var padded = (_length + 3) & ~3;
        if (padded > _destination.Length)
        {
            _hasFailed = true;
            return 0;
        }

        _destination[_length..padded].Clear();
        _length = padded;
        _destination[RtpHeader.FlagsOffset] |= RtpHeader.ExtensionBit;
        var block = _destination[RtpHeader.FixedBytes..];
        BinaryPrimitives.WriteUInt16BigEndian(
            block,
            _form == ExtensionForm.OneByte ? RtpHeader.OneByteProfile : RtpHeader.TwoByteProfile
        );
        var words = (padded - RtpHeader.FixedBytes - RtpHeader.ExtensionHeaderBytes) / 4;
        BinaryPrimitives.WriteUInt16BigEndian(block[2..], unchecked((ushort)words));
        return padded;
    }

    private bool TryReserve(byte id, int dataLength, out Span<byte> data)
    {
        data = default;
        if (_hasFailed || !CanCarry(id, dataLength))
        {
            return false;
        }

        var start =
            _length == RtpHeader.FixedBytes ? _length + RtpHeader.ExtensionHeaderBytes : _length;
        var headerBytes = _form == ExtensionForm.OneByte ? 1 : 2;
        if (start + headerBytes + dataLength > _destination.Length)
        {
            _hasFailed = true;
            return false;
        }

        if (_form == ExtensionForm.OneByte)
        {
            _destination[start] = (byte)((id << 4) | (dataLength - 1));
        }
        else
        {
            _destination[start] = id;
            _destination[start + 1] = (byte)dataLength;
        }

        data = _destination.Slice(start + headerBytes, dataLength);
        _length = start + headerBytes + dataLength;
        return true;
    }

    private readonly bool CanCarry(byte id, int dataLength) =>
        _form == ExtensionForm.OneByte
            ? id is >= 1 and <= OneByteIdMax && dataLength is >= 1 and <= OneByteDataMax
            : id >= 1 && dataLength <= byte.MaxValue;
}
