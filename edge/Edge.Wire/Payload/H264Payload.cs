using System.Buffers.Binary;

namespace Edge.Wire.Payload;

/// <summary>Looks into H.264 payloads for the start of frames and key frames.</summary>
/// <remarks>Source: RFC 6184 §5.2, §5.6-5.8; ITU-T H.264 §7.3.3 for first_mb_in_slice.</remarks>
internal static class H264Payload
{
    private const int TypeMask = 0x1F;
    private const int Slice = 1;
    private const int DataPartitionA = 2;
    private const int IdrSlice = 5;
    private const int SupplementalInformation = 6;
    private const int SequenceParameterSet = 7;
    private const int AccessUnitDelimiter = 9;
    private const int SingleMax = 23;
    private const int AggregateA = 24;
    private const int FragmentA = 28;
    private const byte FragmentStartBit = 0x80;
    private const byte FirstMacroblockZeroBit = 0x80;

    //  0 1 2 3 4 5 6 7
    // +-+---+---------+
    // |F|NRI|  type   |  1-23: this is a NAL unit's header
    // +-+---+---------+  24 (STAP-A): { size of 16 bits, NAL unit } repeated
    //                    28 (FU-A): |S|E|R| type |, then a piece of the NAL unit

    public static PayloadFacts Inspect(ReadOnlySpan<byte> payload)
    {
        switch (payload[0] & TypeMask)
        {
            case >= 1 and <= SingleMax:
                return Facts(payload[0] & TypeMask, payload[1..]);
            case AggregateA:
                return InspectAggregate(payload[1..]);
            case FragmentA when payload.Length < 2:
                return PayloadFacts.Malformed;
            case FragmentA when (payload[1] & FragmentStartBit) != 0:
                return Facts(payload[1] & TypeMask, payload[2..]);
            default:
                return PayloadFacts.Unknown;
        }
    }

    private static PayloadFacts InspectAggregate(ReadOnlySpan<byte> rest)
    {
        var facts = PayloadFacts.Unknown;
        while (!rest.IsEmpty)
        {
            var size = rest.Length < 3 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (size == 0 || rest.Length < 2 + size)
            {
                return PayloadFacts.Malformed;
            }

            var unit = rest.Slice(2, size);
            var found = Facts(unit[0] & TypeMask, unit[1..]);
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
            // first_mb_in_slice is an Exp-Golomb code, so a leading one bit is 0.
            Slice or DataPartitionA or IdrSlice => !content.IsEmpty
                && (content[0] & FirstMacroblockZeroBit) != 0,
            >= SupplementalInformation and <= AccessUnitDelimiter => true,
            _ => false,
        };
        return PayloadFacts.Unknown with
        {
            IsKeyFrameStart = type == SequenceParameterSet,
            StartsFrame = startsFrame,
        };
    }
}
