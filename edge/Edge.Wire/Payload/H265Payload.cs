using System.Buffers.Binary;

namespace Edge.Wire.Payload;

/// <summary>Looks into H.265 payloads for the start of frames and key frames, and temporal layers.</summary>
/// <remarks>Source: RFC 7798 §1.1.4, §4.4; ITU-T H.265 §7.3.6 for the first slice of a picture.</remarks>
internal static class H265Payload
{
    private const int HeaderBytes = 2;
    private const int TypeMask = 0x3F;
    private const int SliceMax = 31;
    private const int VideoParameterSet = 32;
    private const int PrefixInformation = 39;
    private const int Aggregate = 48;
    private const int Fragment = 49;
    private const byte FragmentStartBit = 0x80;
    private const byte FirstSliceBit = 0x80;

    //  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
    // +-+-----------+-----------+-----+
    // |F|   type    |  layer id |TID+1|  0-47: this is a NAL unit's header
    // +-+-----------+-----------+-----+  48 (AP): { size of 16 bits, NAL unit } repeated
    //                                    49 (FU): |S|E| type |, then a piece of the NAL unit

    public static PayloadFacts Inspect(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < HeaderBytes + 1)
        {
            return PayloadFacts.Malformed;
        }

        var temporal = (payload[1] & 7) - 1;
        var content = payload[HeaderBytes..];
        var facts = TypeOf(payload) switch
        {
            < Aggregate => Facts(TypeOf(payload), content),
            Aggregate => InspectAggregate(content),
            Fragment when (content[0] & FragmentStartBit) != 0 => Facts(
                content[0] & TypeMask,
                content[1..]
            ),
            _ => PayloadFacts.Unknown,
        };

        // A TID+1 of 0 is forbidden (ITU-T H.265 §7.4.2.2).
        return facts.IsMalformed || temporal < 0
            ? PayloadFacts.Malformed
            : facts with
            {
                TemporalLayer = (sbyte)temporal,
            };
    }

    private static int TypeOf(ReadOnlySpan<byte> unit) => (unit[0] >> 1) & TypeMask;

    private static PayloadFacts InspectAggregate(ReadOnlySpan<byte> rest)
    {
        var facts = PayloadFacts.Unknown;
        while (!rest.IsEmpty)
        {
            var size = rest.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (size < HeaderBytes || rest.Length < 2 + size)
            {
                return PayloadFacts.Malformed;
            }

            var unit = rest.Slice(2, size);
            var found = Facts(TypeOf(unit), unit[HeaderBytes..]);
            facts = facts with
            {
                IsKeyFrameStart = facts.IsKeyFrameStart || found.IsKeyFrameStart,
                StartsFrame = facts.StartsFrame || found.StartsFrame,
            };
            rest = rest[(2 + size)..];
        }

        return facts;
    }

    private static PayloadFacts Facts(int type, ReadOnlySpan<byte> content)
    {
        var startsFrame = type switch
        {
            <= SliceMax => !content.IsEmpty && (content[0] & FirstSliceBit) != 0,
            <= PrefixInformation => true,
            _ => false,
        };
        return PayloadFacts.Unknown with
        {
            IsKeyFrameStart = type == VideoParameterSet,
            StartsFrame = startsFrame,
        };
    }
}
