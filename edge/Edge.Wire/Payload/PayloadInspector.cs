using Edge.Primitives;

namespace Edge.Wire.Payload;

/// <summary>Reads from a payload what forwarding needs, whatever its codec.</summary>
public static class PayloadInspector
{
    /// <summary>The facts of one packet's payload (padding removed, not RTX).</summary>
    /// <remarks>An empty payload, which is padding, has none.</remarks>
    [HotPath]
    public static PayloadFacts Inspect(CodecKind codec, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return PayloadFacts.Unknown;
        }

        return codec switch
        {
            CodecKind.Vp8 => Vp8Descriptor.Inspect(payload),
            CodecKind.Vp9 => Vp9Descriptor.Inspect(payload),
            CodecKind.H264 => H264Payload.Inspect(payload),
            CodecKind.H265 => H265Payload.Inspect(payload),
            CodecKind.Av1 => Av1Payload.Inspect(payload),
            CodecKind.Opus
            or CodecKind.Pcmu
            or CodecKind.Pcma
            or CodecKind.G722
            or CodecKind.TelephoneEvent => PayloadFacts.Audio,
            CodecKind.Unknown => PayloadFacts.Unknown,
            _ => PayloadFacts.Unknown,
        };
    }

    /// <summary>The picture's size, from the first packet of a key frame, where reading it is cheap:
    /// VP8, VP9 and AV1. False for every other packet and codec.</summary>
    /// <remarks>With spatial layers in one stream it is the size of the highest layer announced.</remarks>
    [HotPath]
    public static bool TryReadVideoSize(
        CodecKind codec,
        ReadOnlySpan<byte> payload,
        out VideoSize size
    )
    {
        switch (codec)
        {
            case CodecKind.Vp8:
                return Vp8Descriptor.TryReadVideoSize(payload, out size);
            case CodecKind.Vp9:
                return Vp9Descriptor.TryReadVideoSize(payload, out size);
            case CodecKind.Av1:
                return Av1Payload.TryReadVideoSize(payload, out size);
            case CodecKind.Unknown:
            case CodecKind.Opus:
            case CodecKind.Pcmu:
            case CodecKind.Pcma:
            case CodecKind.G722:
            case CodecKind.TelephoneEvent:
            case CodecKind.H264:
            case CodecKind.H265:
            default:
                size = default;
                return false;
        }
    }
}
