using Edge.Wire.Payload;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>Compares a stream's format with one that a player offers.</summary>
internal static class CodecMatch
{
    /// <summary>The fit of an offered format. Levels never matter: every browser offers 3.1 and decodes
    /// what comes, and H.264 allows asymmetry (RFC 6184 §8.1).</summary>
    public static CodecFit Of(NegotiatedCodec stream, MediaKind media, SdpCodec offered)
    {
        if (CodecCatalog.KindOf(media, offered) != stream.Kind)
        {
            return CodecFit.None;
        }

        return stream.Kind switch
        {
            CodecKind.H264 => OfH264(stream.Format, offered.Format),
            // RFC 9628 §6: profiles differ in bit depth and subsampling.
            CodecKind.Vp9 => OfNumber(
                stream.Format,
                offered.Format,
                "profile-id",
                0,
                canExceed: false
            ),
            // RFC 7798 §7.1: Main 10 (2) decodes Main (1), which is what an absent one means; Safari's
            // H265 can come without fmtp.
            CodecKind.H265 => OfNumber(
                stream.Format,
                offered.Format,
                "profile-id",
                1,
                canExceed: true
            ),
            // AV1 specification, annex A.2: a decoder of a higher profile decodes the lower ones.
            CodecKind.Av1 => OfNumber(stream.Format, offered.Format, "profile", 0, canExceed: true),
            CodecKind.Opus
            or CodecKind.Pcmu
            or CodecKind.Pcma
            or CodecKind.G722
            or CodecKind.Vp8
            or CodecKind.TelephoneEvent => CodecFit.Exact,
            CodecKind.Unknown => CodecFit.None,
            _ => CodecFit.None,
        };
    }

    private static CodecFit OfH264(string? stream, string? offered)
    {
        const string Mode = "packetization-mode";
        const string Profile = "profile-level-id";
        var streamId = SdpFormatParameters.Find(stream, Profile);
        var offeredId = SdpFormatParameters.Find(offered, Profile);
        var streamFamily = H264Profile.FamilyOf(streamId);
        var offeredFamily = H264Profile.FamilyOf(offeredId);
        var streamMode = CodecCatalog.Number(stream, Mode, absent: 0);
        var offeredMode = CodecCatalog.Number(offered, Mode, absent: 0);
        if (streamFamily == H264Family.Other || offeredFamily == H264Family.Other)
        {
            var isSame = streamId.Equals(offeredId, StringComparison.OrdinalIgnoreCase);
            return isSame && streamMode == offeredMode ? CodecFit.Exact : CodecFit.None;
        }

        if (streamFamily == offeredFamily && streamMode == offeredMode)
        {
            return CodecFit.Exact;
        }

        // RFC 6184 §5.4: mode 1 takes the single NAL units of mode 0 as well; mode 2 is interleaved.
        var isModeCovered = streamMode == offeredMode || (streamMode == 0 && offeredMode == 1);
        return isModeCovered && streamFamily <= offeredFamily ? CodecFit.Superset : CodecFit.None;
    }

    private static CodecFit OfNumber(
        string? stream,
        string? offered,
        string name,
        int absent,
        bool canExceed
    )
    {
        var streamNumber = CodecCatalog.Number(stream, name, absent);
        var offeredNumber = CodecCatalog.Number(offered, name, absent);
        return streamNumber == offeredNumber ? CodecFit.Exact
            : canExceed && streamNumber < offeredNumber ? CodecFit.Superset
            : CodecFit.None;
    }
}
