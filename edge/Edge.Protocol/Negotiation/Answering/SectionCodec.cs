using System.Collections.Immutable;
using System.Globalization;
using Edge.Primitives;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>The chosen format of a section: what is agreed, and the lines that say so in the answer.</summary>
/// <param name="Codec">The agreement.</param>
/// <param name="TelephoneEvents">Telephone events beside it: always agreed when offered (RFC 4733 §2.5.1),
/// whoever sends them.</param>
/// <param name="Lines">The format, its redundancy, its retransmission and the events, in the order of the answer.</param>
internal sealed record SectionCodec(
    NegotiatedCodec Codec,
    PayloadType? TelephoneEvents,
    ImmutableArray<SdpCodec> Lines
)
{
    private const string Rtx = "rtx";
    private const string Red = "red";
    private const string Nack = "nack";
    private const string Pli = "nack pli";
    private const string Fir = "ccm fir";
    private const string TransportCc = "transport-cc";
    private const string Remb = "goog-remb";

    /// <summary>Makes the section's codec of a chosen line.</summary>
    /// <param name="section">The offered section.</param>
    /// <param name="chosen">The chosen line of it.</param>
    /// <param name="canUseTransportCc">Whether the header extension is agreed as well.</param>
    /// <param name="redundancy">When redundant packets are agreed.</param>
    /// <param name="takesLimit">Whether the other side is the one who sends, so that it may be told a limit (REMB)
    /// beside transport-wide feedback.</param>
    public static SectionCodec Create(
        MediaSection section,
        SdpCodec chosen,
        bool canUseTransportCc,
        RedundancyRule redundancy = RedundancyRule.Never,
        bool takesLimit = false
    )
    {
        var media = CodecCatalog.MediaOf(section);
        var rtx = FindRtx(section, chosen);
        var events = media == MediaKind.Audio ? FindEvents(section, chosen.ClockRate) : null;
        var red = FindRed(section, chosen, redundancy);
        var feedback = Agree(chosen, canUseTransportCc, takesLimit);
        var answered = chosen with { Feedback = feedback };
        var codec = new NegotiatedCodec(
            CodecCatalog.KindOf(media, chosen),
            chosen.PayloadType,
            rtx?.PayloadType,
            chosen.ClockRate,
            chosen.Name,
            chosen.Format
        )
        {
            Channels = chosen.Channels,
            RedPayloadType = red?.PayloadType,
            // Who offers RTX understands NACK, even where its line is broken: one FFmpeg after 8.0
            // wrote "a=rtcp-fb106 nack".
            HasNack = rtx is not null || answered.HasFeedback(Nack),
            HasPli = answered.HasFeedback(Pli),
            HasFir = answered.HasFeedback(Fir),
            HasTransportCc = answered.HasFeedback(TransportCc),
            HasRemb = answered.HasFeedback(Remb),
        };
        var lines = ImmutableArray.CreateBuilder<SdpCodec>();
        if (redundancy == RedundancyRule.Preferred)
        {
            // The order of an answer is what the other side sends by.
            AddBare(lines, red);
            red = null;
        }

        lines.Add(answered);
        AddBare(lines, red);
        AddBare(lines, rtx);
        AddBare(lines, events);
        return new(codec, events?.PayloadType, lines.ToImmutable());
    }

    /// <summary>Whether the transport-wide feedback of a line is offered.</summary>
    public static bool OffersTransportCc(SdpCodec codec) => codec.HasFeedback(TransportCc);

    /// <summary>The retransmission format of a line (RFC 4588 §8.6).</summary>
    private static SdpCodec? FindRtx(MediaSection section, SdpCodec of)
    {
        foreach (var codec in section.Codecs)
        {
            if (
                codec.Is(Rtx)
                && codec.ClockRate == of.ClockRate
                && CodecCatalog.Number(codec.Format, "apt", absent: -1) == of.PayloadType.Value
            )
            {
                return codec;
            }
        }

        return null;
    }

    /// <summary>The redundancy format of Opus: of the same clock, and made of nothing else ("111/111", RFC 2198 §5).</summary>
    private static SdpCodec? FindRed(MediaSection section, SdpCodec of, RedundancyRule rule)
    {
        if (
            rule == RedundancyRule.Never
            || CodecCatalog.KindOf(CodecCatalog.MediaOf(section), of) != CodecKind.Opus
        )
        {
            return null;
        }

        foreach (var codec in section.Codecs)
        {
            if (rule == RedundancyRule.Preferred && codec.PayloadType == of.PayloadType)
            {
                return null;
            }

            if (codec.Is(Red) && codec.ClockRate == of.ClockRate && IsMadeOf(codec.Format, of))
            {
                return codec;
            }
        }

        return null;
    }

    private static bool IsMadeOf(string? format, SdpCodec of)
    {
        foreach (var part in (format ?? "").AsSpan().Split('/'))
        {
            if (
                !byte.TryParse(
                    format.AsSpan()[part],
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var number
                )
                || number != of.PayloadType.Value
            )
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Telephone events must run at the clock of the format they share an SSRC with.</summary>
    private static SdpCodec? FindEvents(MediaSection section, uint clockRate)
    {
        foreach (var codec in section.Codecs)
        {
            if (
                codec.ClockRate == clockRate
                && CodecCatalog.KindOf(MediaKind.Audio, codec) == CodecKind.TelephoneEvent
            )
            {
                return codec;
            }
        }

        return null;
    }

    /// <summary>The offered feedback that this end uses; one way of congestion control, not two, but for a limit.</summary>
    private static ImmutableArray<string> Agree(
        SdpCodec offered,
        bool canUseTransportCc,
        bool takesLimit
    )
    {
        var agreed = ImmutableArray.CreateBuilder<string>();
        AddOffered(agreed, offered, Nack);
        AddOffered(agreed, offered, Pli);
        AddOffered(agreed, offered, Fir);
        var usesTransportCc = canUseTransportCc && OffersTransportCc(offered);
        if (usesTransportCc)
        {
            AddOffered(agreed, offered, TransportCc);
        }

        if (takesLimit || !usesTransportCc)
        {
            AddOffered(agreed, offered, Remb);
        }

        return agreed.ToImmutable();
    }

    private static void AddOffered(
        ImmutableArray<string>.Builder agreed,
        SdpCodec offered,
        string value
    )
    {
        if (offered.HasFeedback(value))
        {
            agreed.Add(value);
        }
    }

    private static void AddBare(ImmutableArray<SdpCodec>.Builder lines, SdpCodec? codec)
    {
        if (codec is not null)
        {
            lines.Add(codec with { Feedback = [] });
        }
    }
}
