using Edge.Wire.Bits;

namespace Edge.Wire.Payload;

/// <summary>Looks into AV1 payloads for the start of frames and key frames, and layers.</summary>
/// <remarks>Source: RTP Payload Format for AV1, version 1.0, §4.4; AV1 bitstream specification §5.3.</remarks>
internal static class Av1Payload
{
    private const byte ContinuesBit = 0x80;
    private const byte NewSequenceBit = 0x08;
    private const byte ObuExtensionBit = 0x04;
    private const byte ObuSizeBit = 0x02;
    private const int SequenceHeader = 1;
    private const int TileGroup = 4;
    private const int Metadata = 5;
    private const int Frame = 6;

    //  0 1 2 3 4 5 6 7
    // +-+-+---+-+-----+
    // |Z|Y| W |N| RSV |  Z: continues an OBU, Y: goes on in the next packet, N: new coded sequence,
    // +-+-+---+-+-----+  W: number of OBU elements (the last has no length), 0: each has a length
    // |   length      |  LEB128
    // +---------------+
    // |F| type  |X|S|R|  OBU header; X: extension follows, S: OBU has its own size
    // +-----+---+-----+
    // | TID |SID| RSV |  if X
    // +-----+---+-----+

    public static PayloadFacts Inspect(ReadOnlySpan<byte> payload)
    {
        var head = payload[0];
        var rest = payload[1..];
        if (!TryTakeElement(head, 0, ref rest, out var element))
        {
            return PayloadFacts.Malformed;
        }

        if ((head & ContinuesBit) != 0)
        {
            return PayloadFacts.Unknown;
        }

        var type = (element[0] >> 3) & 0xF;
        var hasLayers = (element[0] & ObuExtensionBit) != 0 && element.Length > 1;
        return new PayloadFacts(
            IsKeyFrameStart: (head & NewSequenceBit) != 0,
            StartsFrame: type is >= SequenceHeader and < TileGroup or Metadata or Frame,
            TemporalLayer: hasLayers ? (sbyte)(element[1] >> 5) : (sbyte)-1,
            SpatialLayer: hasLayers ? (sbyte)((element[1] >> 3) & 3) : (sbyte)-1,
            IsLayerSync: false
        );
    }

    public static bool TryReadVideoSize(ReadOnlySpan<byte> payload, out VideoSize size)
    {
        size = default;
        if (payload.IsEmpty || (payload[0] & (ContinuesBit | NewSequenceBit)) != NewSequenceBit)
        {
            return false;
        }

        var rest = payload[1..];
        for (var index = 0; TryTakeElement(payload[0], index, ref rest, out var element); index++)
        {
            if (((element[0] >> 3) & 0xF) == SequenceHeader)
            {
                return TrySkipObuHeader(element, out var content)
                    && Av1SequenceHeader.TryReadSize(content, out size);
            }
        }

        return false;
    }

    /// <summary>Takes the next OBU element, never empty; false at the end or when it runs past it.</summary>
    private static bool TryTakeElement(
        byte head,
        int index,
        ref ReadOnlySpan<byte> rest,
        out ReadOnlySpan<byte> element
    )
    {
        element = rest;
        var count = (head >> 4) & 3;
        if (count == 0 || index < count - 1)
        {
            if (!Leb128.TryRead(rest, out var length, out var lengthBytes))
            {
                return false;
            }

            rest = rest[lengthBytes..];
            if (length > (uint)rest.Length)
            {
                return false;
            }

            element = rest[..(int)length];
        }

        rest = rest[element.Length..];
        return !element.IsEmpty;
    }

    private static bool TrySkipObuHeader(ReadOnlySpan<byte> obu, out ReadOnlySpan<byte> content)
    {
        content = default;
        var headerBytes = (obu[0] & ObuExtensionBit) != 0 ? 2 : 1;
        if (obu.Length < headerBytes)
        {
            return false;
        }

        content = obu[headerBytes..];
        if ((obu[0] & ObuSizeBit) != 0)
        {
            if (!Leb128.TryRead(content, out _, out var sizeBytes))
            {
                return false;
            }

            content = content[sizeBytes..];
        }

        return true;
    }
}
