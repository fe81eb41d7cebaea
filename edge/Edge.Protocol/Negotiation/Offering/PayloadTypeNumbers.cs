using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Protocol.Negotiation.Offering;

/// <summary>Hands out payload type numbers of one offer, each once; sections that give a format one number
/// share that of its retransmission too (RFC 8843 §10.1.2).</summary>
internal sealed class PayloadTypeNumbers
{
    // RFC 5761 §4: 64 to 95 would be taken for RTCP.
    private const byte DynamicFirst = 96;
    private const byte DynamicLast = 127;
    private const byte SecondRangeFirst = 35;
    private const byte SecondRangeLast = 63;

    private readonly Dictionary<PayloadType, PayloadType> _repairs = [];
    private byte _next = DynamicFirst;

    /// <summary>The number of a format: its static one (RFC 3551 §6) or the next free one.</summary>
    public PayloadType Next(CodecKind kind) =>
        kind switch
        {
            CodecKind.Pcmu => new(0),
            CodecKind.Pcma => new(8),
            CodecKind.G722 => new(9),
            CodecKind.Opus
            or CodecKind.TelephoneEvent
            or CodecKind.Vp8
            or CodecKind.Vp9
            or CodecKind.H264
            or CodecKind.H265
            or CodecKind.Av1
            or CodecKind.Unknown => NextDynamic(),
            _ => NextDynamic(),
        };

    /// <summary>The number of a format's retransmission: the same wherever the format's is.</summary>
    public PayloadType RepairOf(PayloadType format)
    {
        if (!_repairs.TryGetValue(format, out var number))
        {
            number = NextDynamic();
            _repairs.Add(format, number);
        }

        return number;
    }

    private PayloadType NextDynamic()
    {
        var number = _next;
        if (number == SecondRangeLast + 1)
        {
            throw new InvalidOperationException("An offer has no more payload type numbers.");
        }

        _next = number == DynamicLast ? SecondRangeFirst : (byte)(number + 1);
        return new(number);
    }
}
