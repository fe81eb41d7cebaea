using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Edge.Protocol.Negotiation.Sessions.State;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <content>The form in which the numbers go to another process.</content>
internal sealed partial class SessionNumbers
{
    /// <summary>Writes the numbers.</summary>
    public void Write(StateWriter writer)
    {
        var group = writer.Begin();
        writer.AllThatAre<NumberedCodec>(_codecs, WriteCodec);
        writer.AllThatAre<NumberedExtension>(_extensions, WriteExtension);
        WriteDecoded(writer, DecodedAudio);
        WriteDecoded(writer, DecodedVideo);
        writer.Bool(HasHeardAudio);
        writer.Bool(HasHeardVideo);
        writer.End(group);
    }

    /// <summary>Reads the numbers; one with two meanings makes no sense.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out SessionNumbers numbers
    )
    {
        var group = reader.BeginWhole(valuesMin: 1);
        var (codecs, extensions) = (
            new NumberedCodec?[PayloadTypes],
            new NumberedExtension?[ExtensionIds]
        );
        foreach (var codec in reader.All<NumberedCodec>(PayloadTypes, TryReadCodec))
        {
            Take(ref reader, ref codecs[codec.Codec.PayloadType.Value], codec);
        }

        foreach (var extension in reader.All<NumberedExtension>(ExtensionIds, TryReadExtension))
        {
            Take(ref reader, ref extensions[extension.Id], extension);
        }

        var read = new SessionNumbers(codecs, extensions)
        {
            DecodedAudio = ReadDecoded(ref reader),
            DecodedVideo = ReadDecoded(ref reader),
            HasHeardAudio = reader.Bool(),
            HasHeardVideo = reader.Bool(),
        };
        reader.End(group);
        numbers = reader.IsBroken ? null : read;
        return numbers is not null;
    }

    private static void Take<T>(ref StateReader reader, ref T? slot, T value)
        where T : class
    {
        if (slot is not null)
        {
            reader.Break();
        }

        slot = value;
    }

    private static void WriteCodec(StateWriter writer, NumberedCodec codec)
    {
        var group = writer.Begin();
        writer.UInt((ulong)codec.Kind);
        SdpCodecForm.Write(writer, codec.Codec);
        writer.Bool(codec.IsFixed);
        writer.End(group);
    }

    private static bool TryReadCodec(
        ref StateReader reader,
        [MaybeNullWhen(false)] out NumberedCodec codec
    )
    {
        codec = null;
        var group = reader.BeginWhole(valuesMin: 1);
        var kind = (MediaKind)reader.Int32((int)MediaKind.Video);
        if (!SdpCodecForm.TryRead(ref reader, out var line))
        {
            return false;
        }

        var read = new NumberedCodec(kind, line, reader.Bool());
        reader.End(group);
        codec = reader.IsBroken ? null : read;
        return codec is not null;
    }

    private static void WriteExtension(StateWriter writer, NumberedExtension extension)
    {
        var group = writer.Begin();
        writer.UInt((ulong)extension.Id);
        writer.Text(extension.Uri);
        writer.Bool(extension.IsFixed);
        writer.End(group);
    }

    private static bool TryReadExtension(
        ref StateReader reader,
        [MaybeNullWhen(false)] out NumberedExtension extension
    )
    {
        var group = reader.BeginWhole(valuesMin: 1);
        var read = new NumberedExtension(reader.UInt8(), reader.Line(), reader.Bool());
        reader.End(group);
        extension = reader.IsBroken ? null : read;
        return extension is not null;
    }

    private static void WriteDecoded(StateWriter writer, ImmutableArray<SdpCodec>? codecs)
    {
        if (codecs is { } decoded)
        {
            writer.All(decoded, SdpCodecForm.Write);
        }
        else
        {
            writer.Nothing();
        }
    }

    private static ImmutableArray<SdpCodec>? ReadDecoded(ref StateReader reader) =>
        reader.IsNothing()
            ? null
            : reader.All<SdpCodec>(SdpLimits.FormatsMax, SdpCodecForm.TryRead);
}
