using System.Collections.Immutable;
using System.Globalization;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>Makes answers of offers, section for section (RFC 3264 §6, RFC 8829 §5.3).</summary>
internal static class AnswerSections
{
    /// <summary>An accepted section with its format and extensions; the transport comes later.</summary>
    public static MediaSection Accept(
        MediaSection offered,
        SdpDirection direction,
        SectionCodec codec,
        SectionExtensions extensions
    ) =>
        new()
        {
            Kind = offered.Kind,
            KindName = offered.KindName,
            Port = TransportLines.DiscardPort,
            Protocol = offered.Protocol,
            Formats = FormatsOf(codec.Lines),
            Mid = offered.Mid,
            Direction = direction,
            HasRtcpMux = true,
            // Deviates from RFC 8858 §4, where only offers have it, because RFC 9725 §4.4.1 wants it of
            // both sides.
            HasRtcpMuxOnly = true,
            HasReducedSizeRtcp = offered.HasReducedSizeRtcp,
            AllowsMixedExtensions = offered.AllowsMixedExtensions,
            Codecs = codec.Lines,
            Extensions = extensions.Lines,
        };

    /// <summary>The numbers of the m-line.</summary>
    public static ImmutableArray<string> FormatsOf(ImmutableArray<SdpCodec> codecs)
    {
        var formats = ImmutableArray.CreateBuilder<string>(codecs.Length);
        foreach (var codec in codecs)
        {
            formats.Add(codec.PayloadType.Value.ToString(CultureInfo.InvariantCulture));
        }

        return formats.MoveToImmutable();
    }

    /// <summary>A refused section: port 0, outside the bundle (RFC 3264 §6).</summary>
    public static MediaSection Reject(MediaSection offered) =>
        new()
        {
            Kind = offered.Kind,
            KindName = offered.KindName,
            Port = 0,
            Protocol = offered.Protocol,
            Formats = [FirstFormat(offered)],
            Mid = offered.Mid,
            Direction = SdpDirection.Inactive,
            Codecs = FirstCodec(offered),
        };

    /// <summary>The whole answer, each accepted section with this end's transport.</summary>
    public static SessionDescription Complete(
        SessionDescription offer,
        ImmutableArray<MediaSection> sections,
        LocalTransportDescription local,
        SdpSetup setup
    )
    {
        var complete = ImmutableArray.CreateBuilder<MediaSection>(sections.Length);
        foreach (var section in sections)
        {
            complete.Add(section.Port == 0 ? section : TransportLines.Add(section, local, setup));
        }

        return new()
        {
            SessionId = local.SessionNumber,
            SessionVersion = 1,
            IsIceLite = local.IsIceLite,
            IceOptions = TransportLines.IceOptions,
            BundleMids = OfferedSections.AcceptedBundle(offer, sections),
            AllowsMixedExtensions = offer.AllowsMixedExtensions,
            Sections = complete.MoveToImmutable(),
        };
    }

    /// <summary>The first accepted section of the bundle, or of the offer where there is none: its
    /// credentials are the transport's (RFC 8843 §7.3.2).</summary>
    public static MediaSection Tagged(
        SessionDescription offer,
        ImmutableArray<MediaSection> sections
    )
    {
        if (
            OfferedSections.AcceptedBundle(offer, sections) is [var first, ..]
            && offer.Find(first) is { } tagged
        )
        {
            return tagged;
        }

        for (var index = 0; index < sections.Length; index++)
        {
            if (sections[index].Port != 0)
            {
                return offer.Sections[index];
            }
        }

        return offer.Sections[0];
    }

    private static string FirstFormat(MediaSection offered) =>
        offered.Codecs is [var first, ..]
            ? first.PayloadType.Value.ToString(CultureInfo.InvariantCulture)
            : offered.Formats[0];

    private static ImmutableArray<SdpCodec> FirstCodec(MediaSection offered) =>
        offered.Codecs is [var first, ..] ? [first with { Feedback = [], Format = null }] : [];
}
