using System.Collections.Immutable;
using System.Globalization;
using Edge.Protocol.Negotiation.Answering;
using Edge.Protocol.Negotiation.Sessions.Steps;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Offering;

/// <summary>Writes the offers of our own clients: tests and the load tool.</summary>
public static class OfferWriter
{
    private const string Retransmission = "FID";

    /// <summary>An offer to publish (RFC 9725 §4.2).</summary>
    public static SessionDescription Publish(
        OfferOptions options,
        LocalTransportDescription local
    ) => Write(options, local, SdpDirection.SendOnly);

    /// <summary>An offer to play.</summary>
    public static SessionDescription Play(OfferOptions options, LocalTransportDescription local) =>
        Write(options, local, SdpDirection.ReceiveOnly);

    private static SessionDescription Write(
        OfferOptions options,
        LocalTransportDescription local,
        SdpDirection direction
    )
    {
        var sections = ImmutableArray.CreateBuilder<MediaSection>();
        var mids = ImmutableArray.CreateBuilder<string>();
        var numbers = new PayloadTypeNumbers();
        foreach (var track in options.Tracks)
        {
            var mid = sections.Count.ToString(CultureInfo.InvariantCulture);
            var section = WriteSection(options, track, direction, numbers) with { Mid = mid };
            sections.Add(TransportLines.Add(section, local, options.Setup));
            mids.Add(mid);
        }

        if (options.HasDataChannels)
        {
            var mid = sections.Count.ToString(CultureInfo.InvariantCulture);
            var section = DataChannelSection.Create(mid, options.MessageBytesMax);
            sections.Add(TransportLines.Add(section, local, options.Setup));
            mids.Add(mid);
        }

        return new()
        {
            SessionId = local.SessionNumber,
            SessionVersion = 1,
            IsIceLite = local.IsIceLite,
            IceOptions = TransportLines.IceOptions,
            BundleMids = mids.ToImmutable(),
            AllowsMixedExtensions = true,
            Sections = sections.ToImmutable(),
        };
    }

    private static MediaSection WriteSection(
        OfferOptions options,
        OfferedTrack track,
        SdpDirection direction,
        PayloadTypeNumbers numbers
    )
    {
        var codecs = OfferedFormats.Lines(track, options.HasTransportCc, numbers);
        var extensions = OfferedExtensions.Of(track, options.HasTransportCc);
        var section = Bare(track.Kind, codecs, extensions) with { Direction = direction };
        return direction == SdpDirection.SendOnly ? AddSending(section, options, track) : section;
    }

    /// <summary>A section without mid, direction, sources and transport.</summary>
    internal static MediaSection Bare(
        MediaKind kind,
        ImmutableArray<SdpCodec> codecs,
        ImmutableArray<SdpExtension> extensions
    ) =>
        new()
        {
            Kind = kind == MediaKind.Audio ? SdpMediaKind.Audio : SdpMediaKind.Video,
            KindName = CodecCatalog.NameOf(kind),
            Port = TransportLines.DiscardPort,
            Protocol = "UDP/TLS/RTP/SAVPF",
            Formats = AnswerSections.FormatsOf(codecs),
            Codecs = codecs,
            Extensions = extensions,
            HasRtcpMux = true,
            HasRtcpMuxOnly = true,
            HasReducedSizeRtcp = true,
        };

    private static MediaSection AddSending(
        MediaSection section,
        OfferOptions options,
        OfferedTrack track
    )
    {
        var ssrcs = ImmutableArray.CreateBuilder<SdpSsrc>();
        ImmutableArray<SdpSsrcGroup> groups = [];
        if (track.LocalSsrc is { } media)
        {
            ssrcs.Add(new(media, options.Cname, null));
            if (track.LocalRtxSsrc is { } rtx)
            {
                ssrcs.Add(new(rtx, options.Cname, null));
                groups = [new(Retransmission, [media, rtx])];
            }
        }

        var rids = ImmutableArray.CreateBuilder<SdpRid>();
        var send = ImmutableArray.CreateBuilder<string>();
        foreach (var rid in track.Rids)
        {
            rids.Add(new(rid.ToString(), SdpDirection.SendOnly, null));
            send.Add(rid.ToString());
        }

        return section with
        {
            Msid = new(options.StreamId, track.TrackId),
            Ssrcs = ssrcs.ToImmutable(),
            SsrcGroups = groups,
            Rids = rids.ToImmutable(),
            Simulcast = send.Count == 0 ? null : new(send.ToImmutable(), []),
        };
    }
}
