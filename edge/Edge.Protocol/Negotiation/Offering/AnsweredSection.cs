using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Offering;

/// <summary>A section of an offer of ours with its answer.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Index">Which section.</param>
/// <param name="LocalDirection">What this side wants to do: send or receive.</param>
internal sealed record AnsweredSection(
    SessionDescription Offer,
    SessionDescription Answer,
    int Index,
    SdpDirection LocalDirection
)
{
    /// <summary>The section as offered.</summary>
    public MediaSection Offered => Offer.Sections[Index];

    /// <summary>The section as answered.</summary>
    public MediaSection Answered => Answer.Sections[Index];

    private bool IsSending => LocalDirection == SdpDirection.SendOnly;

    /// <summary>Whether media flows in it.</summary>
    public bool HasMedia =>
        OfferedSections.IsMedia(Answered)
        && (IsSending ? Answered.Direction.Receives() : Answered.Direction.Sends());

    /// <summary>What is agreed; null when the answer names no format of the offer, or one that it has not.</summary>
    public MediaAgreement? Agree()
    {
        if (CodecCatalog.FirstMain(Answered) is not { } line || !IsOffered(line))
        {
            return null;
        }

        var extensions = ReadExtensions();
        var codec = SectionCodec.Create(
            Answered,
            line,
            canUseTransportCc: extensions.TransportSequence != 0,
            RedundancyRule.Offered,
            takesLimit: !IsSending
        );
        if (!HasOffered(codec.Codec.RedPayloadType))
        {
            return null;
        }

        var sending = IsSending ? OfferedSources.Read(Offered) : [];
        var local = sending.IsEmpty ? default(RemoteSource?) : sending[0];
        return new()
        {
            Mid = OfferedSections.MidOf(Answered),
            Kind = CodecCatalog.MediaOf(Answered),
            Codec = codec.Codec,
            TelephoneEventPayloadType = codec.TelephoneEvents,
            Extensions = extensions,
            Rids = ReadRids(),
            RemoteSources = OfferedSources.Read(Answered),
            LocalSsrc = local?.Media,
            LocalRtxSsrc = codec.Codec.RtxPayloadType is null ? null : local?.Rtx,
            UsesExtmapAllowMixed = Answer.AllowsMixedExtensions || Answered.AllowsMixedExtensions,
            ReducedSizeRtcp = Answered.HasReducedSizeRtcp,
            Msid = OfferedSources.MsidOf(IsSending ? Offered : Answered),
            TrackIndex = Index,
        };
    }

    private bool HasOffered(PayloadType? number)
    {
        foreach (var offered in Offered.Codecs)
        {
            if (offered.PayloadType == number && offered.Is("red"))
            {
                return true;
            }
        }

        return number is null;
    }

    private bool IsOffered(SdpCodec line)
    {
        foreach (var offered in Offered.Codecs)
        {
            if (offered.PayloadType == line.PayloadType)
            {
                return offered.Is(line.Name);
            }
        }

        return false;
    }

    /// <summary>Answered extensions in the direction of the media.</summary>
    private HeaderExtensionMap ReadExtensions()
    {
        var map = default(HeaderExtensionMap);
        foreach (var extension in Answered.Extensions)
        {
            var isUsed = IsSending ? extension.Direction.Receives() : extension.Direction.Sends();
            map = isUsed ? SectionExtensions.With(map, extension.Uri, (byte)extension.Id) : map;
        }

        return map;
    }

    private ImmutableArray<Rid> ReadRids()
    {
        var rids = ImmutableArray.CreateBuilder<Rid>();
        foreach (var id in Answered.Simulcast?.Receive ?? [])
        {
            if (Token16.TryCreate(id.AsSpan(), out var token))
            {
                rids.Add(new(token));
            }
        }

        return rids.ToImmutable();
    }
}
