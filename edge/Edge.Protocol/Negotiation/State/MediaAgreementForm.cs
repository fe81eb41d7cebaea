using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.State;

/// <summary>The form in which a <see cref="MediaAgreement"/> goes to another process.</summary>
public static class MediaAgreementForm
{
    // Groups count also where their members have no line of their own.
    private const int RemoteSourcesMax = SdpLimits.SsrcGroupsMax + SdpLimits.SsrcsMax;

    /// <summary>Writes an agreement.</summary>
    public static void Write(StateWriter writer, MediaAgreement media)
    {
        var group = writer.Begin();
        writer.Text(media.Mid.ToString());
        writer.UInt((ulong)media.Kind);
        NegotiatedCodecForm.Write(writer, media.Codec);
        writer.Optional(media.TelephoneEventPayloadType);
        HeaderExtensionMapForm.Write(writer, media.Extensions);
        writer.All(media.Rids, WriteRid);
        writer.All(media.RemoteSources, RemoteSourceForm.Write);
        writer.Source(media.LocalSsrc);
        writer.Source(media.LocalRtxSsrc);
        writer.Bool(media.UsesExtmapAllowMixed);
        writer.Bool(media.IsEncrypted);
        writer.Bool(media.ReducedSizeRtcp);
        writer.OptionalText(media.Msid);
        writer.UInt((ulong)media.TrackIndex);
        writer.OptionalNumber((ulong?)media.LineIndex);
        writer.End(group);
    }

    /// <summary>Reads an agreement.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out MediaAgreement media
    )
    {
        var group = reader.BeginWhole(valuesMin: 1);
        var mid = new Mid(reader.TokenText());
        var kind = (MediaKind)reader.Int32((int)MediaKind.Video);
        if (!NegotiatedCodecForm.TryRead(ref reader, out var codec))
        {
            media = null;
            return false;
        }

        var events = reader.OptionalPayloadType();
        HeaderExtensionMapForm.TryRead(ref reader, out var extensions);
        var read = new MediaAgreement
        {
            Mid = mid,
            Kind = kind,
            Codec = codec,
            TelephoneEventPayloadType = events,
            Extensions = extensions,
            Rids = reader.All<Rid>(SdpLimits.RidsMax, TryReadRid),
            RemoteSources = reader.All<RemoteSource>(RemoteSourcesMax, RemoteSourceForm.TryRead),
            LocalSsrc = reader.Source(),
            LocalRtxSsrc = reader.Source(),
            UsesExtmapAllowMixed = reader.Bool(),
            IsEncrypted = reader.Bool(),
            ReducedSizeRtcp = reader.Bool(),
            Msid = reader.OptionalLine(),
            TrackIndex = reader.UInt16(),
            LineIndex = reader.IsNothing() ? null : reader.UInt16(),
        };
        reader.End(group);
        media = reader.IsBroken ? null : read;
        return media is not null;
    }

    /// <summary>Writes all agreements of a session.</summary>
    public static void WriteAll(StateWriter writer, ImmutableArray<MediaAgreement> media) =>
        writer.All(media, Write);

    /// <summary>Reads all agreements of a session; none where they are not there.</summary>
    public static bool TryReadAll(ref StateReader reader, out ImmutableArray<MediaAgreement> media)
    {
        media = reader.All<MediaAgreement>(SdpLimits.SectionsMax, TryRead);
        return !reader.IsBroken;
    }

    private static void WriteRid(StateWriter writer, Rid rid) => writer.Text(rid.ToString());

    private static bool TryReadRid(ref StateReader reader, out Rid rid)
    {
        rid = new(reader.TokenText());
        if (rid.IsEmpty)
        {
            reader.Break();
        }

        return !reader.IsBroken;
    }
}
