using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>Checks that an offer's sections can share one transport (RFC 8843, RFC 8829 §5.3).</summary>
internal static class OfferedSections
{
    /// <summary>Checks every section with sound or pictures that the offer does not disable itself.</summary>
    public static NegotiationFailure? Check(SessionDescription offer)
    {
        var media = 0;
        foreach (var section in offer.Sections)
        {
            media += IsMedia(section) ? 1 : 0;
        }

        if (media == 0)
        {
            return NegotiationFailure.Unsupported("The offer has no audio and no video section.");
        }

        if (media > 1 && offer.BundleMids is null)
        {
            return NegotiationFailure.Unsupported(
                "The offer has several sections and no a=group:BUNDLE; this server has one transport for all."
            );
        }

        foreach (var section in offer.Sections)
        {
            if (IsMedia(section) && CheckSection(offer, section) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    /// <summary>Whether a section takes part in the negotiation of media.</summary>
    public static bool IsMedia(MediaSection section) => section.IsRtp && !section.IsDisabled;

    /// <summary>The mid of a checked section; empty where an offer of one section has none.</summary>
    public static Mid MidOf(MediaSection section) =>
        section.Mid is null ? default : Mid.Create(section.Mid);

    /// <summary>The mids of the offer's bundle that the answer accepts, in the offer's order, so that the
    /// first is the answerer-tagged section (RFC 8843 §7.3.2). FFmpeg lists sections that do not exist.</summary>
    public static ImmutableArray<string>? AcceptedBundle(
        SessionDescription offer,
        ImmutableArray<MediaSection> answered
    )
    {
        if (offer.BundleMids is not { } offered)
        {
            return null;
        }

        var accepted = ImmutableArray.CreateBuilder<string>();
        foreach (var mid in offered)
        {
            foreach (var section in answered)
            {
                if (
                    section.Port != 0
                    && string.Equals(section.Mid, mid, StringComparison.Ordinal)
                    && !accepted.Contains(mid)
                )
                {
                    accepted.Add(mid);
                }
            }
        }

        return accepted.ToImmutable();
    }

    /// <summary>Checks a section with sound or pictures that the offer does not disable itself.</summary>
    public static NegotiationFailure? CheckSection(SessionDescription offer, MediaSection section)
    {
        if (!IsSecureProfile(section.Protocol))
        {
            return NegotiationFailure.Unsupported(
                $"{SectionText.Of(section)} uses {SectionText.Short(section.Protocol)}; this server speaks UDP/TLS/RTP/SAVPF."
            );
        }

        if (!section.HasRtcpMux)
        {
            return NegotiationFailure.Unsupported(
                $"{SectionText.Of(section)} has no a=rtcp-mux; this server has one port for RTP and RTCP."
            );
        }

        if (CheckBundled(offer, section) is { } failure)
        {
            return failure;
        }

        return section.Mid is null || Token16.TryCreate(section.Mid.AsSpan(), out _)
            ? null
            : NegotiationFailure.Unsupported(
                $"{SectionText.Of(section)} has a mid of more than 16 ASCII characters, which no header extension carries."
            );
    }

    /// <summary>Checks that a section shares the one transport, where there is a bundle.</summary>
    public static NegotiationFailure? CheckBundled(
        SessionDescription offer,
        MediaSection section
    ) =>
        offer.BundleMids is { } bundle
        && (section.Mid is null || !bundle.Contains(section.Mid, StringComparer.Ordinal))
            ? NegotiationFailure.Unsupported(
                $"{SectionText.Of(section)} is not in the offer's a=group:BUNDLE; this server has one transport for all."
            )
            : null;

    /// <summary>RFC 8829 §5.1.2: any secured RTP profile means the same, feedback included.</summary>
    private static bool IsSecureProfile(string protocol) =>
        protocol.EndsWith("RTP/SAVPF", StringComparison.OrdinalIgnoreCase)
        || protocol.EndsWith("RTP/SAVP", StringComparison.OrdinalIgnoreCase);
}
