using System.Collections.Immutable;
using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport;
using Edge.Wire.Payload;

namespace Edge.Testing.Clients;

/// <summary>What peers in virtual time are made of where no SDP is exchanged.</summary>
public static class SimulatedPeers
{
    /// <summary>Opus as a negotiation would leave it.</summary>
    public static NegotiatedCodec Opus { get; } =
        new(CodecKind.Opus, new PayloadType(111), null, 48_000, "opus", null);

    /// <summary>VP8 with retransmissions and transport-wide feedback.</summary>
    public static NegotiatedCodec Vp8 { get; } =
        new(CodecKind.Vp8, new PayloadType(96), new PayloadType(97), 90_000, "VP8", null)
        {
            HasNack = true,
            HasPli = true,
            HasTransportCc = true,
        };

    /// <summary>A factory with the double of the handshake and real ciphers.</summary>
    /// <param name="random">Where its certificate and its handshakes come from.</param>
    /// <param name="now">The present.</param>
    public static PeerFactory Factory(Prng random, Instant now) =>
        new(
            new DtlsDouble(random.Fork()),
            OpenSslSrtpCipherFactory.Instance,
            new ClockAnchor(now, NtpTimestamp.FromUnixTime(TimeSpan.FromSeconds(1_700_000_000)))
        );

    /// <summary>The other side as its SDP would describe it; one with candidates is ICE-lite.</summary>
    public static RemoteTransport Remote(
        IceCredentials credentials,
        CertificateFingerprint fingerprint,
        DtlsRole localRole,
        ImmutableArray<NetworkAddress> candidates
    ) =>
        new(
            credentials.UsernameFragment,
            credentials.Password,
            [fingerprint],
            localRole,
            candidates,
            IsIceLite: candidates.Length > 0
        );
}
