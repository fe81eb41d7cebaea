using System.Diagnostics.CodeAnalysis;
using Edge.Wire.Payload;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.State;

/// <summary>The form in which a <see cref="NegotiatedCodec"/> goes to another process.</summary>
public static class NegotiatedCodecForm
{
    private const int ChannelsMax = 255;

    /// <summary>Writes a format.</summary>
    public static void Write(StateWriter writer, NegotiatedCodec codec)
    {
        var group = writer.Begin();
        writer.UInt((ulong)codec.Kind);
        writer.UInt(codec.PayloadType.Value);
        writer.Optional(codec.RtxPayloadType);
        writer.UInt(codec.ClockRate);
        writer.Text(codec.Name);
        writer.OptionalText(codec.Format);
        writer.Optional(codec.RedPayloadType);
        writer.UInt((ulong)codec.Channels);
        writer.Bool(codec.HasNack);
        writer.Bool(codec.HasPli);
        writer.Bool(codec.HasFir);
        writer.Bool(codec.HasTransportCc);
        writer.Bool(codec.HasRemb);
        writer.End(group);
    }

    /// <summary>Reads a format; one that this version does not know makes no sense to it.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out NegotiatedCodec codec
    )
    {
        var group = reader.BeginWhole(valuesMin: 1);
        var read = new NegotiatedCodec(
            (CodecKind)reader.Int32((int)CodecKind.Av1),
            reader.PayloadType(),
            reader.OptionalPayloadType(),
            reader.UInt32(),
            reader.Line(),
            reader.OptionalLine()
        )
        {
            RedPayloadType = reader.OptionalPayloadType(),
            Channels = reader.Int32(ChannelsMax, absent: 1),
            HasNack = reader.Bool(),
            HasPli = reader.Bool(),
            HasFir = reader.Bool(),
            HasTransportCc = reader.Bool(),
            HasRemb = reader.Bool(),
        };
        reader.End(group);
        if (read.ClockRate == 0)
        {
            // Durations are told by dividing by it.
            reader.Break();
        }

        codec = reader.IsBroken ? null : read;
        return codec is not null;
    }
}
