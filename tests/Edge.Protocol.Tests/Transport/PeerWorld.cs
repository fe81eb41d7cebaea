using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Edge.Testing.Network;
using Edge.Wire.Payload;

namespace Edge.Protocol.Tests.Transport;

/// <summary>A publishing client and the node's side of its session, joined by the virtual network.</summary>
internal sealed class PeerWorld : IDisposable
{
    public static readonly NetworkAddress NodeAddress = NetworkAddress.FromIPv4(0xC6336401, 7000);
    public static readonly NetworkAddress ClientAddress = NetworkAddress.FromIPv4(
        0xCB007105,
        40000
    );

    public PeerWorld(
        ulong seed,
        LinkConditions? conditions = null,
        ImmutableArray<MediaAgreement>? media = null,
        DtlsRole nodeRole = DtlsRole.Server,
        PeerTransportOptions? options = null,
        bool hasWrongFingerprint = false
    )
    {
        Simulation = new Simulation(seed, conditions);
        var random = Prng.FromNumber(seed);
        var nodeFactory = SimulatedPeers.Factory(random, Simulation.Now);
        var clientFactory = SimulatedPeers.Factory(random, Simulation.Now);
        var nodeCredentials = IceCredentials.Create(random);
        var clientCredentials = IceCredentials.Create(random);
        var sections = media ?? Agreements.AudioVideo;
        var clientFingerprint = hasWrongFingerprint
            ? nodeFactory.LocalFingerprint
            : clientFactory.LocalFingerprint;
        var clientRole = nodeRole == DtlsRole.Server ? DtlsRole.Client : DtlsRole.Server;

        Node = new MediaClient(
            nodeFactory.Create(
                new PeerSettings
                {
                    IceMode = IceMode.Lite,
                    LocalCredentials = nodeCredentials,
                    Remote = SimulatedPeers.Remote(
                        clientCredentials,
                        clientFingerprint,
                        nodeRole,
                        []
                    ),
                    Receives = sections,
                    ReportSsrc = new Ssrc(1),
                    Cname = "node",
                    Transport = options ?? new PeerTransportOptions(),
                },
                random,
                Simulation.Now
            )
        );
        Client = new MediaClient(
            clientFactory.Create(
                new PeerSettings
                {
                    IceMode = IceMode.Controlling,
                    LocalCredentials = clientCredentials,
                    Remote = SimulatedPeers.Remote(
                        nodeCredentials,
                        nodeFactory.LocalFingerprint,
                        clientRole,
                        [NodeAddress]
                    ),
                    Sends = sections,
                    ReportSsrc = new Ssrc(2),
                    Cname = "client",
                    // As FFmpeg: whether its own checks are answered is nothing it looks at.
                    Ice = new IceOptions { ConsentTimeout = TimeSpan.FromSeconds(60) },
                    Transport = new PeerTransportOptions { IdleTimeout = TimeSpan.FromMinutes(2) },
                },
                random,
                Simulation.Now
            ),
            Streams(sections)
        )
        {
            OutgoingFilter = datagram => IsLetOut(datagram.Span),
        };
        NodeHost = Simulation.Add("node", NodeAddress, Node);
        ClientHost = Simulation.Add("client", ClientAddress, Client);
    }

    public Simulation Simulation { get; }

    public MediaClient Node { get; }

    public MediaClient Client { get; }

    public SimulatedHost NodeHost { get; }

    public SimulatedHost ClientHost { get; }

    /// <summary>Whether the client's STUN is kept back: consent runs out, media goes on.</summary>
    public bool ClientDropsStun { get; set; }

    /// <summary>Whether the client answers no check of the node.</summary>
    public bool ClientAnswersNoStun { get; set; }

    /// <summary>Whether the client's RTP and RTCP are kept back.</summary>
    public bool ClientDropsMedia { get; set; }

    public PeerTransport NodeTransport => Node.Peer.Transport;

    public void Connect() =>
        Simulation.RunUntil(
            () => Node.ConnectedAt.IsSet && Client.ConnectedAt.IsSet,
            TimeSpan.FromSeconds(20)
        );

    public void Dispose()
    {
        Node.Dispose();
        Client.Dispose();
    }

    private bool IsLetOut(ReadOnlySpan<byte> datagram)
    {
        // The first byte of a response is 1, that of a request 0 (RFC 8489 §5).
        var first = datagram[0];
        return !(ClientDropsStun && first <= 3)
            && !(ClientAnswersNoStun && first == 1)
            && !(ClientDropsMedia && first >= 128);
    }

    private static ClientStream[] Streams(ImmutableArray<MediaAgreement> sections)
    {
        var streams = new List<ClientStream>();
        foreach (var section in sections)
        {
            for (var layer = 0; layer < Math.Max(1, section.Rids.Length); layer++)
            {
                // Close to the wrap, so that every run crosses it.
                var first = new SequenceNumber(32_000);
                streams.Add(
                    section.Kind == MediaKind.Audio
                        ? new ClientStream(new SyntheticAudio(), first)
                        : new ClientStream(new SyntheticVideo(new SyntheticVideoOptions()), first)
                );
            }
        }

        return [.. streams];
    }
}
