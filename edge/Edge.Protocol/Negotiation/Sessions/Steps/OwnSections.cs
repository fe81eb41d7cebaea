using System.Collections.Immutable;
using Edge.Protocol.Negotiation.Answering;
using Edge.Protocol.Negotiation.Offering;
using Edge.Wire.Payload;
using Edge.Wire.Rtp;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>Writes the sections that an offer of ours adds.</summary>
internal sealed class OwnSections(OwnNumbers numbers, SessionMsid names, SessionPolicy policy)
{
    private const string NoNumber = "This session has no payload type number left.";

    private static readonly ImmutableArray<CodecKind> AudioKinds =
    [
        CodecKind.Opus,
        CodecKind.G722,
        CodecKind.Pcmu,
        CodecKind.Pcma,
    ];

    private static readonly ImmutableArray<CodecKind> VideoKinds =
    [
        CodecKind.Vp8,
        CodecKind.H264,
        CodecKind.Vp9,
        CodecKind.Av1,
        CodecKind.H265,
    ];

    /// <summary>A section that sends a track in its own format and no other.</summary>
    /// <remarks>The rids are there for what the client may publish later: Chromium 156 offers in later
    /// picture sections only extensions that earlier ones have.</remarks>
    public NegotiationFailure? Send(
        SessionNumbers known,
        PlayableTrack track,
        string mid,
        out MediaSection? section
    )
    {
        section = null;
        if (numbers.Choose(track) is not { } line)
        {
            return NegotiationFailure.Unsupported(WhyNot(known, track));
        }

        var lines = ImmutableArray.CreateBuilder<SdpCodec>();
        AddFormat(lines, track.Kind, line);
        if (track.Codec.RedPayloadType is not null && numbers.ChooseRed(line) is { } red)
        {
            lines.Add(red with { Feedback = [] });
        }

        AddEvents(lines, track.Kind);
        var extensions =
            track.Kind == MediaKind.Audio
                ? Extensions(MediaKind.Audio, RtpExtensionUri.AudioLevel)
                : Extensions(
                    MediaKind.Video,
                    RtpExtensionUri.PlayoutDelay,
                    RtpExtensionUri.ColorSpace,
                    RtpExtensionUri.DependencyDescriptor,
                    RtpExtensionUri.Rid,
                    RtpExtensionUri.RepairedRid
                );
        var bare = OfferWriter.Bare(track.Kind, lines.ToImmutable(), extensions) with
        {
            Mid = mid,
            Direction = SdpDirection.SendOnly,
        };
        var rtx =
            lines.Count > 1 && lines[1].Is("rtx")
                ? lines[1].PayloadType
                : default(Primitives.PayloadType?);
        section = Declare(bare, track, track.Codec with { RtxPayloadType = rtx });
        return null;
    }

    /// <summary>A section that takes whatever this end can, and sends too where sources are reserved.</summary>
    public NegotiationFailure? Receive(
        MediaKind kind,
        ReservedSources? reserved,
        string mid,
        out MediaSection? section
    )
    {
        section = null;
        var lines = ImmutableArray.CreateBuilder<SdpCodec>();
        foreach (var wanted in kind == MediaKind.Audio ? AudioKinds : VideoKinds)
        {
            if (numbers.Choose(kind, wanted) is { } line)
            {
                AddFormat(lines, kind, line);
            }
        }

        if (lines.Count == 0)
        {
            return NegotiationFailure.Unsupported(NoNumber);
        }

        AddEvents(lines, kind);
        var extensions =
            kind == MediaKind.Audio
                ? Extensions(MediaKind.Audio, RtpExtensionUri.AudioLevel)
                : Extensions(
                    MediaKind.Video,
                    RtpExtensionUri.DependencyDescriptor,
                    RtpExtensionUri.VideoLayersAllocation,
                    RtpExtensionUri.Rid,
                    RtpExtensionUri.RepairedRid
                );
        section = OfferWriter.Bare(kind, lines.ToImmutable(), extensions) with
        {
            Mid = mid,
            Direction = reserved is null ? SdpDirection.ReceiveOnly : SdpDirection.SendReceive,
        };
        if (reserved is not null)
        {
            var rtx =
                kind == MediaKind.Video ? lines[1].PayloadType : default(Primitives.PayloadType?);
            var codec = new NegotiatedCodec(
                CodecKind.Unknown,
                lines[0].PayloadType,
                rtx,
                0,
                "",
                null
            );
            section = Declare(
                section,
                new(kind, codec, reserved.TrackId, reserved.Media, reserved.Rtx),
                codec
            );
        }

        return null;
    }

    private MediaSection Declare(MediaSection section, PlayableTrack track, NegotiatedCodec codec)
    {
        var msid = names.Create(track.StreamId, track.TrackId, section.Mid!);
        return PlayedSources.Declare(
            section,
            track with
            {
                TrackId = msid.Track ?? msid.Stream,
            },
            codec,
            new PlayPolicy(msid.Stream, policy.Cname)
        );
    }

    private void AddFormat(ImmutableArray<SdpCodec>.Builder lines, MediaKind kind, SdpCodec line)
    {
        lines.Add(line with { Feedback = OfferedFormats.Feedback(kind, hasTransportCc: true) });
        if (kind == MediaKind.Video && numbers.ChooseRtx(line) is { } rtx)
        {
            lines.Add(rtx with { Feedback = [] });
        }
    }

    private void AddEvents(ImmutableArray<SdpCodec>.Builder lines, MediaKind kind)
    {
        if (kind == MediaKind.Audio && numbers.ChooseEvents(lines[0].ClockRate) is { } events)
        {
            lines.Add(events with { Feedback = [] });
        }
    }

    private ImmutableArray<SdpExtension> Extensions(
        MediaKind kind,
        params ReadOnlySpan<string> uris
    )
    {
        var lines = ImmutableArray.CreateBuilder<SdpExtension>();
        Add(lines, kind, RtpExtensionUri.Mid);
        Add(lines, kind, RtpExtensionUri.AbsoluteSendTime);
        Add(lines, kind, RtpExtensionUri.TransportSequence);
        foreach (var uri in uris)
        {
            Add(lines, kind, uri);
        }

        return lines.ToImmutable();
    }

    private void Add(ImmutableArray<SdpExtension>.Builder lines, MediaKind kind, string uri)
    {
        if (numbers.ChooseExtension(kind, uri) is > 0 and var id)
        {
            lines.Add(new(id, uri, SdpDirection.SendReceive));
        }
    }

    private static string WhyNot(SessionNumbers known, PlayableTrack track)
    {
        var decoded = track.Kind == MediaKind.Audio ? known.DecodedAudio : known.DecodedVideo;
        if (decoded is not { } lines)
        {
            return NoNumber;
        }

        var codec = track.Codec;
        var section = OfferWriter.Bare(track.Kind, lines, []);
        return $"The client decodes {CodecCatalog.Describe(section)}; the track's {CodecCatalog.NameOf(track.Kind)} is {CodecCatalog.Describe(codec.Name, codec.Kind, codec.Format)}.";
    }
}
