using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Payload;

/// <summary>The payload descriptor of VP8, read and rewritten.</summary>
/// <remarks>Source: RFC 7741 §4.2, §4.3; RFC 6386 §9.1 for the frame header.</remarks>
public readonly struct Vp8Descriptor
{
    /// <summary>Bytes of the longest descriptor, so a rewritten one fits in as many.</summary>
    public const int BytesMax = 6;

    /// <summary>Picture ids count modulo this plus one.</summary>
    public const int PictureIdMask = 0x7FFF;

    /// <summary>Key indexes count modulo this plus one.</summary>
    public const int KeyIndexMask = 0x1F;

    private const byte ExtensionBit = 0x80;
    private const byte NonReferenceBit = 0x20;
    private const byte StartBit = 0x10;
    private const byte PartitionMask = 0x07;
    private const byte PictureIdBit = 0x80;
    private const byte Tl0Bit = 0x40;
    private const byte TemporalBit = 0x20;
    private const byte KeyIndexBit = 0x10;
    private const byte LongPictureIdBit = 0x80;
    private const byte LayerSyncBit = 0x20;
    private const byte InterFrameBit = 0x01;
    private const int KeyFrameHeaderBytes = 10;

    private readonly byte _first;
    private readonly byte _flags;
    private readonly byte _layer;

    private Vp8Descriptor(
        byte first,
        byte flags,
        int pictureId,
        bool isLong,
        byte tl0,
        byte layer,
        int length
    )
    {
        _first = first;
        _flags = flags;
        _layer = layer;
        PictureId = (ushort)pictureId;
        HasLongPictureId = isLong;
        Tl0PictureIndex = tl0;
        Length = (byte)length;
    }

    /// <summary>Bytes of the descriptor; the frame's bytes follow.</summary>
    public byte Length { get; }

    /// <summary>The picture id, 15 or 7 bits; 0 without one.</summary>
    public ushort PictureId { get; }

    /// <summary>The index of the last picture of temporal layer 0; 0 without one.</summary>
    public byte Tl0PictureIndex { get; }

    /// <summary>Whether the picture id has 15 bits.</summary>
    public bool HasLongPictureId { get; }

    /// <summary>Whether there is a picture id.</summary>
    public bool HasPictureId => (_flags & PictureIdBit) != 0;

    /// <summary>Whether there is an index of layer 0.</summary>
    public bool HasTl0PictureIndex => (_flags & Tl0Bit) != 0;

    /// <summary>Whether there is a temporal layer.</summary>
    public bool HasTemporalLayer => (_flags & TemporalBit) != 0;

    /// <summary>Whether there is a key index.</summary>
    public bool HasKeyIndex => (_flags & KeyIndexBit) != 0;

    /// <summary>Temporal layer, 0 to 3; 0 without one.</summary>
    public int TemporalLayer => _layer >> 6;

    /// <summary>Whether the frame depends only on layer 0, so that one may switch up here.</summary>
    public bool IsLayerSync => (_layer & LayerSyncBit) != 0;

    /// <summary>Which key frame the picture belongs to, 5 bits; 0 without one.</summary>
    public byte KeyIndex => (byte)(_layer & KeyIndexMask);

    /// <summary>Whether no other frame refers to this one.</summary>
    public bool IsDiscardable => (_first & NonReferenceBit) != 0;

    /// <summary>Whether the packet is the first of its frame.</summary>
    public bool StartsFrame => (_first & StartBit) != 0 && (_first & PartitionMask) == 0;

    //  0 1 2 3 4 5 6 7
    // +-+-+-+-+-+-----+
    // |X|R|N|S|R| PID |  required; S: starts partition PID
    // +-+-+-+-+-+-----+
    // |I|L|T|K|  RSV  |  if X
    // +-+-+-+-+-------+
    // |M| picture id  |  if I; with M it has 15 bits and takes two bytes
    // +-+-------------+
    // |   TL0PICIDX   |  if L
    // +---+-+---------+
    // |TID|Y| KEYIDX  |  if T or K
    // +---+-+---------+

    /// <summary>Reads the descriptor; false when it runs past the end or no frame byte follows.</summary>
    [HotPath]
    public static bool TryParse(ReadOnlySpan<byte> payload, out Vp8Descriptor descriptor)
    {
        descriptor = default;
        if (payload.IsEmpty)
        {
            return false;
        }

        var first = payload[0];
        var offset = 1;
        byte flags = 0;
        if ((first & ExtensionBit) != 0)
        {
            flags = payload.Length > offset ? payload[offset] : (byte)0;
            offset++;
        }

        var pictureId = 0;
        var isLong = false;
        if ((flags & PictureIdBit) != 0)
        {
            isLong = payload.Length > offset && (payload[offset] & LongPictureIdBit) != 0;
            if (payload.Length < offset + (isLong ? 2 : 1))
            {
                return false;
            }

            pictureId = isLong
                ? BinaryPrimitives.ReadUInt16BigEndian(payload[offset..]) & PictureIdMask
                : payload[offset];
            offset += isLong ? 2 : 1;
        }

        byte tl0 = 0;
        if ((flags & Tl0Bit) != 0)
        {
            tl0 = payload.Length > offset ? payload[offset] : (byte)0;
            offset++;
        }

        byte layer = 0;
        if ((flags & (TemporalBit | KeyIndexBit)) != 0)
        {
            layer = payload.Length > offset ? payload[offset] : (byte)0;
            offset++;
        }

        if (payload.Length <= offset)
        {
            return false;
        }

        descriptor = new Vp8Descriptor(first, flags, pictureId, isLong, tl0, layer, offset);
        return true;
    }

    /// <summary>Writes the descriptor with other indexes; returns its length, at most
    /// <see cref="BytesMax"/>, or 0 when it does not fit, and then leaves the destination alone.</summary>
    /// <remarks>A picture id is always written with 15 bits, so that ids can be counted on without
    /// a change of length; a field the original has not is not written.</remarks>
    /// <param name="destination">Where to write.</param>
    /// <param name="pictureId">Taken modulo 2^15.</param>
    /// <param name="tl0PictureIndex">Index of layer 0.</param>
    /// <param name="keyIndex">Taken modulo 32.</param>
    [HotPath]
    public int WriteRewritten(
        Span<byte> destination,
        ushort pictureId,
        byte tl0PictureIndex,
        byte keyIndex
    )
    {
        var hasLayer = HasTemporalLayer || HasKeyIndex;
        var length =
            1
            + ((_first & ExtensionBit) != 0 ? 1 : 0)
            + (HasPictureId ? 2 : 0)
            + (HasTl0PictureIndex ? 1 : 0)
            + (hasLayer ? 1 : 0);
        if (destination.Length < length)
        {
            return 0;
        }

        destination[0] = _first;
        var offset = 1;
        if ((_first & ExtensionBit) != 0)
        {
            destination[offset++] = _flags;
        }

        if (HasPictureId)
        {
            BinaryPrimitives.WriteUInt16BigEndian(
                destination[offset..],
                (ushort)((LongPictureIdBit << 8) | (pictureId & PictureIdMask))
            );
            offset += 2;
        }

        if (HasTl0PictureIndex)
        {
            destination[offset++] = tl0PictureIndex;
        }

        if (hasLayer)
        {
            var index = HasKeyIndex ? keyIndex : KeyIndex;
            destination[offset] = (byte)((_layer & ~KeyIndexMask) | (index & KeyIndexMask));
        }

        return length;
    }

    internal static PayloadFacts Inspect(ReadOnlySpan<byte> payload)
    {
        if (!TryParse(payload, out var descriptor))
        {
            return PayloadFacts.Malformed;
        }

        return new PayloadFacts(
            IsKeyFrameStart: descriptor.StartsFrame
                && (payload[descriptor.Length] & InterFrameBit) == 0,
            StartsFrame: descriptor.StartsFrame,
            TemporalLayer: descriptor.HasTemporalLayer
                ? (sbyte)descriptor.TemporalLayer
                : (sbyte)-1,
            SpatialLayer: -1,
            IsLayerSync: descriptor.HasTemporalLayer && descriptor.IsLayerSync
        );
    }

    // Key frame header (RFC 6386 §9.1): frame tag of 3 bytes, start code 9d 01 2a, then width and
    // height, each 14 bits under 2 bits of scale, least significant byte first.
    internal static bool TryReadVideoSize(ReadOnlySpan<byte> payload, out VideoSize size)
    {
        size = default;
        if (!TryParse(payload, out var descriptor) || !descriptor.StartsFrame)
        {
            return false;
        }

        var frame = payload[descriptor.Length..];
        if (
            frame.Length < KeyFrameHeaderBytes
            || (frame[0] & InterFrameBit) != 0
            || !frame[3..].StartsWith<byte>([0x9D, 0x01, 0x2A])
        )
        {
            return false;
        }

        size = new VideoSize(
            BinaryPrimitives.ReadUInt16LittleEndian(frame[6..]) & 0x3FFF,
            BinaryPrimitives.ReadUInt16LittleEndian(frame[8..]) & 0x3FFF
        );
        return true;
    }
}
