using System.Collections.Immutable;
using System.Globalization;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>Checks that numbers mean the same in all sections of the bundle (RFC 8843 §9.1, §9.2).</summary>
internal static class BundleConsistency
{
    private const string ExtensionId = "extmap id";
    private const string Mid = "mid";
    private const string TransportSequence = "transport-wide-cc";

    /// <summary>Finds a payload type with two meanings, or an extension identifier of which one meaning is
    /// read before a packet's section is known. Other identifiers may differ between sections, which
    /// RFC 8843 §9.2 forbids but hand-made offers do.</summary>
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
                ?? Note(
                    payloadTypes,
                    codec.RedPayloadType?.Value ?? 0,
                    $"red of {Meaning(agreement)}",
                    "payload type"
                )
                ?? Note(
                    payloadTypes,
                    agreement.TelephoneEventPayloadType?.Value ?? 0,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"telephone-event/{codec.ClockRate}"
                    ),
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

    /// <summary>The same for extension identifiers alone: in a session each packet we send has its section's
    /// mid, and Firefox 153 numbers the formats of each section by itself.</summary>
    public static NegotiationFailure? CheckExtensions(ImmutableArray<MediaAgreement> media)
    {
        var extensions = new Dictionary<byte, string>();
        foreach (var agreement in media)
        {
            if (CheckExtensions(extensions, agreement.Extensions) is { } failure)
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
        const string What = ExtensionId;
        return Note(extensions, map.Mid, Mid, What)
            ?? Note(extensions, map.Rid, "rtp-stream-id", What)
            ?? Note(extensions, map.RepairedRid, "repaired-rtp-stream-id", What)
            ?? Note(extensions, map.TransportSequence, TransportSequence, What)
            ?? Note(extensions, map.AbsoluteSendTime, "abs-send-time", What)
            ?? Note(extensions, map.AudioLevel, "ssrc-audio-level", What)
            ?? Note(extensions, map.DependencyDescriptor, "dependency-descriptor", What)
            ?? Note(extensions, map.VideoLayersAllocation, "video-layers-allocation", What)
            ?? Note(extensions, map.VideoOrientation, "video-orientation", What)
            ?? Note(extensions, map.PlayoutDelay, "playout-delay", What)
            ?? Note(extensions, map.ColorSpace, "color-space", What)
            ?? Note(extensions, map.AbsoluteCaptureTime, "abs-capture-time", What);
    }

    private static bool IsSharedBySections(string extension) =>
        extension is Mid or TransportSequence;

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

        var other = meanings[number];
        var isHarmless =
            string.Equals(other, meaning, StringComparison.Ordinal)
            || (what is ExtensionId && !IsSharedBySections(other) && !IsSharedBySections(meaning));
        return isHarmless
            ? null
            : NegotiationFailure.Malformed(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The {what} {number} is {other} and {meaning} in one bundle."
                )
            );
    }
}
