using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Wire.Payload;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation;

/// <summary>How what was agreed for a section comes into another process.</summary>
public static class MediaAgreementState
{
    // Bounds: as many as an SDP of the greatest length can name, and more than anyone does.
    private const int RidsMax = 64;
    private const int SourcesMax = 256;
    private const int TextBytesMax = 4096;
    private const int PayloadTypeMax = 127;

    /// <summary>Writes an agreement.</summary>
    public static void Write(this StateWriter writer, MediaAgreement media)
    {
        var outer = writer.Begin();
        writer.Token(media.Mid.Token);
        writer.UInt((ulong)media.Kind);
        Write(writer, media.Codec);
        Write(writer, media.TelephoneEventPayloadType);
        Write(writer, media.Extensions);
        var rids = writer.Begin();
        foreach (var rid in media.Rids)
        {
            writer.Token(rid.Token);
        }

        writer.End(rids);
        var sources = writer.Begin();
        foreach (var source in media.RemoteSources)
        {
            var item = writer.Begin();
            writer.UInt(source.Media.Value);
            writer.Source(source.Rtx);
            writer.End(item);
        }

        writer.End(sources);
        writer.Source(media.LocalSsrc);
        writer.Source(media.LocalRtxSsrc);
        writer.Bool(media.UsesExtmapAllowMixed);
        writer.Bool(media.IsEncrypted);
        writer.Bool(media.ReducedSizeRtcp);
        Write(writer, media.Msid);
        writer.Int(media.TrackIndex);
        writer.Int(media.LineIndex ?? -1);
        writer.End(outer);
    }

    /// <summary>Reads an agreement.</summary>
    public static MediaAgreement ReadAgreement(this ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 15);
        var media = new MediaAgreement
        {
            Mid = new Mid(reader.Token()),
            Kind = (MediaKind)reader.Int32((int)MediaKind.Video),
            Codec = ReadCodec(ref reader),
            TelephoneEventPayloadType = ReadPayloadType(ref reader),
            Extensions = ReadExtensions(ref reader),
            Rids = ReadRids(ref reader),
            RemoteSources = ReadSources(ref reader),
            LocalSsrc = reader.Source(),
            LocalRtxSsrc = reader.Source(),
            UsesExtmapAllowMixed = reader.Bool(),
            IsEncrypted = reader.Bool(),
            ReducedSizeRtcp = reader.Bool(),
            Msid = ReadText(ref reader),
            TrackIndex = reader.Int32(int.MaxValue),
            LineIndex = ReadIndex(ref reader),
        };
        reader.End(outer);
        return media;
    }

    private static void Write(StateWriter writer, NegotiatedCodec codec)
    {
        var outer = writer.Begin();
        writer.UInt((ulong)codec.Kind);
        writer.UInt(codec.PayloadType.Value);
        Write(writer, codec.RtxPayloadType);
        writer.UInt(codec.ClockRate);
        writer.Text(codec.Name);
        Write(writer, codec.Format);
        Write(writer, codec.RedPayloadType);
        writer.UInt((ulong)codec.Channels);
        writer.Bool(codec.HasNack);
        writer.Bool(codec.HasPli);
        writer.Bool(codec.HasFir);
        writer.Bool(codec.HasTransportCc);
        writer.Bool(codec.HasRemb);
        writer.End(outer);
    }

    private static NegotiatedCodec ReadCodec(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 13);
        var codec = new NegotiatedCodec(
            (CodecKind)reader.Int32((int)CodecKind.Av1),
            new PayloadType((byte)reader.Int32(PayloadTypeMax)),
            ReadPayloadType(ref reader),
            reader.UInt32(),
            reader.Text(TextBytesMax),
            ReadText(ref reader)
        )
        {
            RedPayloadType = ReadPayloadType(ref reader),
            Channels = reader.Int32(byte.MaxValue),
            HasNack = reader.Bool(),
            HasPli = reader.Bool(),
            HasFir = reader.Bool(),
            HasTransportCc = reader.Bool(),
            HasRemb = reader.Bool(),
        };
        reader.End(outer);
        if (codec.ClockRate == 0)
        {
            reader.Break();
        }

        return codec;
    }

    private static void Write(StateWriter writer, HeaderExtensionMap ids)
    {
        var outer = writer.Begin();
        writer.UInt(ids.Mid);
        writer.UInt(ids.Rid);
        writer.UInt(ids.RepairedRid);
        writer.UInt(ids.TransportSequence);
        writer.UInt(ids.AbsoluteSendTime);
        writer.UInt(ids.AudioLevel);
        writer.UInt(ids.DependencyDescriptor);
        writer.UInt(ids.VideoLayersAllocation);
        writer.UInt(ids.VideoOrientation);
        writer.UInt(ids.PlayoutDelay);
        writer.UInt(ids.ColorSpace);
        writer.UInt(ids.AbsoluteCaptureTime);
        writer.End(outer);
    }

    private static HeaderExtensionMap ReadExtensions(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 12);
        var ids = new HeaderExtensionMap
        {
            Mid = reader.UInt8(),
            Rid = reader.UInt8(),
            RepairedRid = reader.UInt8(),
            TransportSequence = reader.UInt8(),
            AbsoluteSendTime = reader.UInt8(),
            AudioLevel = reader.UInt8(),
            DependencyDescriptor = reader.UInt8(),
            VideoLayersAllocation = reader.UInt8(),
            VideoOrientation = reader.UInt8(),
            PlayoutDelay = reader.UInt8(),
            ColorSpace = reader.UInt8(),
            AbsoluteCaptureTime = reader.UInt8(),
        };
        reader.End(outer);
        return ids;
    }

    private static ImmutableArray<Rid> ReadRids(ref StateReader reader)
    {
        var outer = reader.Begin(RidsMax, out var count);
        var rids = ImmutableArray.CreateBuilder<Rid>(count);
        for (var index = 0; index < count; index++)
        {
            rids.Add(new Rid(reader.Token()));
        }

        reader.End(outer);
        return rids.MoveToImmutable();
    }

    private static ImmutableArray<RemoteSource> ReadSources(ref StateReader reader)
    {
        var outer = reader.Begin(SourcesMax, out var count);
        var sources = ImmutableArray.CreateBuilder<RemoteSource>(count);
        for (var index = 0; index < count; index++)
        {
            var item = reader.BeginWhole(valuesMin: 2);
            sources.Add(new RemoteSource(new Ssrc(reader.UInt32()), reader.Source()));
            reader.End(item);
        }

        reader.End(outer);
        return sources.MoveToImmutable();
    }

    private static void Write(StateWriter writer, PayloadType? type)
    {
        if (type is { } number)
        {
            writer.UInt(number.Value);
        }
        else
        {
            writer.Nothing();
        }
    }

    private static PayloadType? ReadPayloadType(ref StateReader reader) =>
        reader.IsNothing() ? null : new PayloadType((byte)reader.Int32(PayloadTypeMax));

    private static void Write(StateWriter writer, string? text)
    {
        if (text is null)
        {
            writer.Nothing();
        }
        else
        {
            writer.Text(text);
        }
    }

    private static string? ReadText(ref StateReader reader) =>
        reader.IsNothing() ? null : reader.Text(TextBytesMax);

    private static int? ReadIndex(ref StateReader reader)
    {
        var index = (int)reader.Int(-1, int.MaxValue);
        return index < 0 ? null : index;
    }
}
