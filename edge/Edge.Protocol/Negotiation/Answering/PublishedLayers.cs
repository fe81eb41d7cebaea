using System.Collections.Immutable;
using System.Globalization;
using Edge.Primitives;
using Edge.Wire.Rtp;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>The simulcast of a published section (RFC 8853 §5.3.2).</summary>
internal static class PublishedLayers
{
    /// <summary>Reads the encodings that are offered, in their order.</summary>
    public static NegotiationFailure? Read(
        MediaSection offered,
        HeaderExtensionMap extensions,
        PublishPolicy policy,
        out ImmutableArray<Rid> rids
    )
    {
        rids = [];
        var ids = OfferedIds(offered);
        if (ids.IsEmpty)
        {
            return null;
        }

        if (ids.Length > policy.LayersMax)
        {
            return NegotiationFailure.Unsupported(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{SectionText.Of(offered)} offers {ids.Length} simulcast layers; a track has at most {policy.LayersMax}."
                )
            );
        }

        if (extensions.Rid == 0)
        {
            return NegotiationFailure.Unsupported(
                $"{SectionText.Of(offered)} offers simulcast without the header extension {RtpExtensionUri.Rid}, by which its layers are told apart."
            );
        }

        var read = ImmutableArray.CreateBuilder<Rid>(ids.Length);
        foreach (var id in ids)
        {
            if (!Token16.TryCreate(id.AsSpan(), out var token))
            {
                return NegotiationFailure.Unsupported(
                    $"{SectionText.Of(offered)} has the rid {SectionText.Short(id)}, which is longer than 16 characters."
                );
            }

            read.Add(new(token));
        }

        rids = read.MoveToImmutable();
        return null;
    }

    /// <summary>The answered section with every layer accepted: OBS goes away when one is missing, and
    /// browsers fall back to one encoding without these lines.</summary>
    public static MediaSection Answer(
        MediaSection section,
        ImmutableArray<Rid> rids,
        bool hasSimulcastLine
    )
    {
        if (rids.IsEmpty)
        {
            return section;
        }

        var lines = ImmutableArray.CreateBuilder<SdpRid>(rids.Length);
        var receive = ImmutableArray.CreateBuilder<string>(rids.Length);
        foreach (var rid in rids)
        {
            lines.Add(new(rid.ToString(), SdpDirection.ReceiveOnly, null));
            receive.Add(rid.ToString());
        }

        return section with
        {
            Rids = lines.MoveToImmutable(),
            Simulcast = hasSimulcastLine ? new([], receive.MoveToImmutable()) : null,
        };
    }

    /// <summary>The simulcast line, or the rids where there is none.</summary>
    private static ImmutableArray<string> OfferedIds(MediaSection offered)
    {
        if (offered.Simulcast is { Send.IsEmpty: false } simulcast)
        {
            return simulcast.Send;
        }

        var ids = ImmutableArray.CreateBuilder<string>();
        foreach (var rid in offered.Rids)
        {
            if (rid.Direction == SdpDirection.SendOnly)
            {
                ids.Add(rid.Id);
            }
        }

        return ids.ToImmutable();
    }
}
