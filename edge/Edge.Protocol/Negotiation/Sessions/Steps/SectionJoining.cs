using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>Makes one section of both ways.</summary>
internal static class SectionJoining
{
    /// <summary>The section of both ways, or of the one there is. The formats that this end receives come
    /// first, because the client sends the first that it finds.</summary>
    public static MediaSection Join(MediaSection? receiving, MediaSection? sending)
    {
        if (receiving is null || sending is null)
        {
            return receiving ?? sending!;
        }

        var codecs = receiving.Codecs.ToBuilder();
        foreach (var codec in sending.Codecs)
        {
            if (!Has(receiving, codec))
            {
                codecs.Add(codec);
            }
        }

        var extensions = receiving.Extensions.ToBuilder();
        foreach (var extension in sending.Extensions)
        {
            if (!Has(receiving, extension))
            {
                extensions.Add(extension);
            }
        }

        var all = codecs.ToImmutable();
        return receiving with
        {
            Direction = SdpDirection.SendReceive,
            Codecs = all,
            Formats = AnswerSections.FormatsOf(all),
            Extensions = extensions.ToImmutable(),
            Msid = sending.Msid,
            Ssrcs = sending.Ssrcs,
            SsrcGroups = sending.SsrcGroups,
        };
    }

    private static bool Has(MediaSection section, SdpCodec wanted)
    {
        foreach (var codec in section.Codecs)
        {
            if (codec.PayloadType == wanted.PayloadType)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Has(MediaSection section, SdpExtension wanted)
    {
        foreach (var extension in section.Extensions)
        {
            if (extension.Id == wanted.Id)
            {
                return true;
            }
        }

        return false;
    }
}
