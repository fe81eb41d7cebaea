using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>What is left of a section of our offer when it has its answer.</summary>
internal static class AnsweredLines
{
    /// <summary>The section with the agreed formats and extensions alone, to be stated again later.</summary>
    public static MediaSection Narrow(
        MediaSection offered,
        MediaSection answered,
        MediaAgreement? receive,
        MediaAgreement? send
    )
    {
        var agreed = ImmutableArray.CreateBuilder<SdpCodec>();
        foreach (var line in offered.Codecs)
        {
            if (Uses(receive, line.PayloadType) || Uses(send, line.PayloadType))
            {
                agreed.Add(line);
            }
        }

        var extensions = ImmutableArray.CreateBuilder<SdpExtension>();
        foreach (var line in offered.Extensions)
        {
            if (Has(answered, line.Id))
            {
                extensions.Add(line);
            }
        }

        if (agreed.Count == 0)
        {
            return offered with { Direction = SdpDirection.Inactive };
        }

        var codecs = agreed.ToImmutable();
        return offered with
        {
            Codecs = codecs,
            Formats = AnswerSections.FormatsOf(codecs),
            Extensions = extensions.ToImmutable(),
        };
    }

    private static bool Uses(MediaAgreement? agreement, PayloadType number) =>
        agreement is not null
        && (
            agreement.Codec.PayloadType == number
            || agreement.Codec.RtxPayloadType == number
            || agreement.Codec.RedPayloadType == number
            || agreement.TelephoneEventPayloadType == number
        );

    private static bool Has(MediaSection section, int id)
    {
        foreach (var extension in section.Extensions)
        {
            if (extension.Id == id)
            {
                return true;
            }
        }

        return false;
    }
}
