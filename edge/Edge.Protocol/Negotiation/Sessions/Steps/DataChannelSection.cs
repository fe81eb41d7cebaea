using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>The m-section of data channels (RFC 8841).</summary>
internal static class DataChannelSection
{
    private const int SctpPort = 5000;
    private const string Protocol = "UDP/DTLS/SCTP";
    private const string Format = "webrtc-datachannel";

    // RFC 8841 §6.1: what the absence of the line means.
    private const long MessageBytesUnsaid = 64 * 1024;

    /// <summary>Whether an offered section is one.</summary>
    public static NegotiationFailure? Check(MediaSection offered) =>
        offered.Kind == SdpMediaKind.Application
        && offered.Protocol.EndsWith("DTLS/SCTP", StringComparison.OrdinalIgnoreCase)
        && offered.Formats.Contains(Format, StringComparer.OrdinalIgnoreCase)
            ? null
            : NegotiationFailure.Unsupported(
                $"{SectionText.Of(offered)} is no {Protocol} {Format} section."
            );

    /// <summary>What the other side says in it.</summary>
    public static DataChannelAgreement Read(MediaSection section) =>
        new(section.SctpPort ?? SctpPort, section.MaxMessageSize ?? MessageBytesUnsaid);

    /// <summary>The section in an offer of ours.</summary>
    public static MediaSection Create(string mid, SessionPolicy policy) =>
        Create(mid, policy.MessageBytesMax);

    /// <summary>The section in an offer that takes messages of a length.</summary>
    public static MediaSection Create(string mid, long messageBytesMax) =>
        Create(mid, Protocol, messageBytesMax);

    /// <summary>The section with the offer's own word for the protocol.</summary>
    public static MediaSection Create(string mid, string protocol, SessionPolicy policy) =>
        Create(mid, protocol, policy.MessageBytesMax);

    private static MediaSection Create(string mid, string protocol, long messageBytesMax) =>
        new()
        {
            Kind = SdpMediaKind.Application,
            KindName = "application",
            Port = TransportLines.DiscardPort,
            Protocol = protocol,
            Formats = [Format],
            Mid = mid,
            SctpPort = SctpPort,
            MaxMessageSize = messageBytesMax,
        };
}
