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

    /// <summary>A node's side of a session and its client's: ICE-lite there, in control here.</summary>
    /// <param name="nodes">Makes the node's.</param>
    /// <param name="clients">Makes the client's.</param>
    /// <param name="media">What they agreed on.</param>
    /// <param name="random">What both draw from.</param>
    /// <param name="now">The present.</param>
    public static (Peer Node, Peer Client) CreatePair(
        PeerFactory nodes,
        PeerFactory clients,
        PairedMedia media,
        Prng random,
        Instant now
    )
    {
        var ofNode = IceCredentials.Create(random);
        var ofClient = IceCredentials.Create(random);
        var node = new PeerSettings
        {
            IceMode = IceMode.Lite,
            LocalCredentials = ofNode,
            Remote = Remote(ofClient, clients.LocalFingerprint, DtlsRole.Server, []),
            Receives = media.ToNode,
            Sends = media.ToClient,
            ReportSsrc = new Ssrc(1),
            Cname = "node",
        };
        var client = new PeerSettings
        {
            IceMode = IceMode.Controlling,
            LocalCredentials = ofClient,
            Remote = Remote(ofNode, nodes.LocalFingerprint, DtlsRole.Client, [media.Node]),
            Receives = media.ToClient,
            Sends = media.ToNode,
            ReportSsrc = new Ssrc(2),
            Cname = "client",
        };
        return (nodes.Create(node, random, now), clients.Create(client, random, now));
    }

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
