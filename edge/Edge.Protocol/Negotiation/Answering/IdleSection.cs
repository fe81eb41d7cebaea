using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>A section that nothing flows in for now.</summary>
internal static class IdleSection
{
    /// <summary>Inactive with a format, so that it can stay in the bundle whichever section is its tag;
    /// refused where there is no format to name.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="offered">The section.</param>
    /// <param name="isInSession">Whether other sections may follow in later descriptions.</param>
    public static MediaSection Answer(
        SessionDescription offer,
        MediaSection offered,
        bool isInSession
    )
    {
        if (!OfferedSections.IsMedia(offered) || CodecCatalog.FirstMain(offered) is not { } codec)
        {
            return AnswerSections.Reject(offered);
        }

        var extensions = isInSession
            ? SectionExtensions.ForSession(offer, offered, codec)
            : SectionExtensions.ForEgress(offer, offered, codec);
        var hasTransportCc = extensions.Map.TransportSequence != 0;
        var section = SectionCodec.Create(offered, codec, canUseTransportCc: hasTransportCc);
        return AnswerSections.Accept(offered, SdpDirection.Inactive, section, extensions);
    }
}
