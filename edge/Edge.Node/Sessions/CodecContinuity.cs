using Edge.Protocol.Negotiation;
using Edge.Wire.Payload;

namespace Edge.Node.Sessions;

/// <summary>Whether viewers of one publisher can go on with another one under the same name.</summary>
/// <remarks>A decoder set up by SDP takes the same format with the same profile; levels and rates
/// may differ.</remarks>
internal static class CodecContinuity
{
    /// <summary>Whether a decoder of the first takes the second.</summary>
    public static bool Continues(NegotiatedCodec before, NegotiatedCodec after) =>
        before.Kind == after.Kind
        && before.ClockRate == after.ClockRate
        && before.Channels == after.Channels
        && string.Equals(
            Profile(before.Kind, before.Format),
            Profile(after.Kind, after.Format),
            StringComparison.OrdinalIgnoreCase
        );

    /// <summary>What of the format's parameters a decoder depends on.</summary>
    private static string Profile(CodecKind kind, string? format)
    {
        switch (kind)
        {
            case CodecKind.H264:
                // RFC 6184 §8.1: profile_idc in two digits; without the parameter it is Baseline.
                var profile = Parameter(format, "profile-level-id", "42e01f");
                return $"{profile[..Math.Min(2, profile.Length)]}/{Parameter(format, "packetization-mode", "0")}";
            case CodecKind.Vp9:
                return Parameter(format, "profile-id", "0");
            case CodecKind.Av1:
                return Parameter(format, "profile", "0");
            case CodecKind.H265:
                return Parameter(format, "profile-id", "1");
            case CodecKind.Unknown:
            case CodecKind.Opus:
            case CodecKind.Pcmu:
            case CodecKind.Pcma:
            case CodecKind.G722:
            case CodecKind.TelephoneEvent:
            case CodecKind.Vp8:
            default:
                return "";
        }
    }

    private static string Parameter(string? format, string name, string absent)
    {
        foreach (var part in (format ?? "").Split(';', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (
                equals > 0
                && part.AsSpan(0, equals).Equals(name, StringComparison.OrdinalIgnoreCase)
            )
            {
                return part[(equals + 1)..];
            }
        }

        return absent;
    }
}
