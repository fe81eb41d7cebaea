using System.Diagnostics.CodeAnalysis;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.Sessions.State;

/// <summary>The form in which a format of a description goes to another process.</summary>
internal static class SdpCodecForm
{
    private const int ChannelsMax = 255;

    /// <summary>Writes a format.</summary>
    public static void Write(StateWriter writer, SdpCodec codec)
    {
        var group = writer.Begin();
        writer.UInt(codec.PayloadType.Value);
        writer.Text(codec.Name);
        writer.UInt(codec.ClockRate);
        writer.UInt((ulong)codec.Channels);
        writer.OptionalText(codec.Format);
        writer.All(codec.Feedback, (to, feedback) => to.Text(feedback));
        writer.End(group);
    }

    /// <summary>Reads a format.</summary>
    public static bool TryRead(ref StateReader reader, [MaybeNullWhen(false)] out SdpCodec codec)
    {
        var group = reader.BeginWhole(valuesMin: 1);
        var read = new SdpCodec(reader.PayloadType(), reader.Line(), reader.UInt32())
        {
            Channels = reader.Int32(ChannelsMax, absent: 1),
            Format = reader.OptionalLine(),
            Feedback = reader.All<string>(SdpLimits.AttributesPerSectionMax, TryReadLine),
        };
        reader.End(group);
        codec = reader.IsBroken ? null : read;
        return codec is not null;
    }

    private static bool TryReadLine(ref StateReader reader, out string line)
    {
        line = reader.Line();
        return !reader.IsBroken;
    }
}
