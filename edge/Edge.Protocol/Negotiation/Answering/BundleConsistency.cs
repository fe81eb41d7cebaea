using System.Collections.Immutable;
using System.Globalization;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>Checks that numbers mean the same in all sections of the bundle (RFC 8843 §9.1, §9.2).</summary>
internal static class BundleConsistency
{
    /// <summary>Finds a payload type or extension identifier with two meanings.</summary>
    public static NegotiationFailure? Check(ImmutableArray<MediaAgreement> media)
    {
        var payloadTypes = new Dictionary<byte, string>();
        var extensions = new Dictionary<byte, string>();
        foreach (var agreement in media)
        {
            var codec = agreement.Codec;
            var failure =
                Note(payloadTypes, codec.PayloadType.Value, Meaning(agreement), "payload type")
                ?? Note(
                    payloadTypes,
                    codec.RtxPayloadType?.Value ?? 0,
                    $"rtx of {Meaning(agreement)}",
                    "payload type"
                )
                ?? CheckExtensions(extensions, agreement.Extensions);
            if (failure is not null)
            {
                return failure;
            }
        }

        return null;
    }

    private static NegotiationFailure? CheckExtensions(
        Dictionary<byte, string> extensions,
        HeaderExtensionMap map
    )
    {
        const string What = "extmap id";
        return Note(extensions, map.Mid, "mid", What)
            ?? Note(extensions, map.Rid, "rtp-stream-id", What)
            ?? Note(extensions, map.RepairedRid, "repaired-rtp-stream-id", What)
            ?? Note(extensions, map.TransportSequence, "transport-wide-cc", What)
            ?? Note(extensions, map.AbsoluteSendTime, "abs-send-time", What)
            ?? Note(extensions, map.AudioLevel, "ssrc-audio-level", What)
            ?? Note(extensions, map.DependencyDescriptor, "dependency-descriptor", What)
            ?? Note(extensions, map.VideoLayersAllocation, "video-layers-allocation", What)
            ?? Note(extensions, map.VideoOrientation, "video-orientation", What)
            ?? Note(extensions, map.PlayoutDelay, "playout-delay", What)
            ?? Note(extensions, map.ColorSpace, "color-space", What)
            ?? Note(extensions, map.AbsoluteCaptureTime, "abs-capture-time", What);
    }

    private static string Meaning(MediaAgreement agreement) =>
        $"{CodecCatalog.NameOf(agreement.Kind)} {agreement.Codec.Kind}";

    /// <summary>Zero stands for absent; payload type 0 is PCMU in any case.</summary>
    private static NegotiationFailure? Note(
        Dictionary<byte, string> meanings,
        byte number,
        string meaning,
        string what
    )
    {
        if (number == 0 || meanings.TryAdd(number, meaning))
        {
            return null;
        }

        return string.Equals(meanings[number], meaning, StringComparison.Ordinal)
            ? null
            : NegotiationFailure.Malformed(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The {what} {number} is {meanings[number]} and {meaning} in one bundle."
                )
            );
    }
}
