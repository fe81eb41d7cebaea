using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Negotiation;
using Edge.Testing;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;

namespace Edge.Protocol.Tests.Negotiation;

/// <summary>What the tests of this room start from.</summary>
internal static class NegotiationSamples
{
    public const string H264Baseline =
        "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";

    public const string H264High =
        "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640032";

    public static PlayPolicy PlayPolicy { get; } = new("live", "edge");

    /// <summary>A server with an IPv4 and an IPv6 address.</summary>
    public static LocalTransportDescription Local { get; } =
        new(
            "serverufrag",
            "serverpasswordserverpassword",
            Fingerprint("sha-256 " + string.Join(':', Enumerable.Repeat("AB", 32))),
            [Address("192.0.2.1:7000"), Address("[2001:db8::1]:7000")],
            IsIceLite: true
        );

    public static CertificateFingerprint Fingerprint(string value) =>
        CertificateFingerprint.TryParse(value, out var fingerprint)
            ? fingerprint
            : throw new TestingException(value);

    public static NetworkAddress Address(string text) =>
        NetworkAddress.TryParse(text, out var address) ? address : throw new TestingException(text);

    public static SessionDescription Parse(string text) =>
        SessionDescription.TryParse(text, out var description, out var error)
            ? description
            : throw new TestingException(error.Sentence);

    public static NegotiationResult<PublishAgreement> Publish(
        string offer,
        PublishPolicy? policy = null
    ) => PublishNegotiator.Answer(Parse(offer), Local, policy ?? PublishPolicy.Default);

    public static NegotiationResult<PlayAgreement> Play(
        string offer,
        params PlayableTrack[] tracks
    ) => PlayNegotiator.Answer(Parse(offer), tracks, Local, PlayPolicy);

    public static NegotiationResult<T>.Agreed Agreed<T>(NegotiationResult<T> result)
        where T : class =>
        result as NegotiationResult<T>.Agreed
        ?? throw new TestingException(((NegotiationResult<T>.Refused)result).Sentence);

    public static NegotiationResult<T>.Refused Refused<T>(NegotiationResult<T> result)
        where T : class =>
        result as NegotiationResult<T>.Refused
        ?? throw new TestingException("The offer was agreed on.");

    public static PlayableTrack Audio(CodecKind kind = CodecKind.Opus) =>
        new(
            MediaKind.Audio,
            kind == CodecKind.Opus
                ? new(kind, new(111), null, 48_000, "opus", "minptime=10;useinbandfec=1")
                {
                    Channels = 2,
                }
                : new(kind, new(0), null, 8000, kind.ToString().ToUpperInvariant(), null),
            "audio",
            new(1111),
            new(1112)
        );

    public static PlayableTrack Video(CodecKind kind, string? format = null) =>
        new(
            MediaKind.Video,
            new(kind, new(96), new(97), 90_000, kind.ToString().ToUpperInvariant(), format),
            "video",
            new(2221),
            new(2222)
        );

    /// <summary>An offer of one section, for tests that change a line of it.</summary>
    public static string OneSection(string kind, string direction, params string[] lines) =>
        string.Join(
            "\r\n",
            [
                "v=0",
                "o=- 1 1 IN IP4 127.0.0.1",
                "s=-",
                "t=0 0",
                "a=group:BUNDLE 0",
                $"m={kind} 9 UDP/TLS/RTP/SAVPF 96 97 98 99 0 8 9",
                "a=mid:0",
                $"a={direction}",
                "a=rtcp-mux",
                "a=setup:actpass",
                "a=ice-ufrag:cccc",
                "a=ice-pwd:cccccccccccccccccccccc",
                $"a=fingerprint:{Local.Fingerprint}",
                .. lines,
                "",
            ]
        );

    public static ImmutableArray<Rid> Rids(params string[] ids) => [.. ids.Select(Rid.Create)];
}
