using System.Collections.Immutable;
using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Dtls;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Srtp;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Edge.Testing.Network;
using Edge.Wire.Payload;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Transport.Handover;

/// <summary>A client that sends and is sent to, and a node whose side of it moves between processes. The handshake is a
/// real one, so that the record layer is.</summary>
internal sealed class HandoverWorld : IDisposable
{
    public const int StateBytesMax = 1 << 20;

    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DtlsCertificate NodeCertificate = DtlsCertificate.Create(Epoch);
    private readonly OpenSslDtlsEngineFactory _nodeEngines;
    private static readonly OpenSslDtlsEngineFactory ClientEngines = new(
        DtlsCertificate.Create(Epoch)
    );

    private readonly Prng _random;

    public HandoverWorld(
        ulong seed,
        LinkConditions? conditions = null,
        ImmutableArray<MediaAgreement>? uplink = null,
        ImmutableArray<MediaAgreement>? downlink = null,
        SrtpProfile profile = SrtpProfile.AeadAes128Gcm,
        IceMode nodeMode = IceMode.Lite,
        NetworkAddress? clientAddress = null
    )
    {
        var isNodeLite = nodeMode == IceMode.Lite;
        _nodeEngines = OpenSslDtlsEngineFactory.ForProfile(NodeCertificate, profile);
        Simulation = new Simulation(seed, conditions) { Digest = TraceDigests.WithoutHandshakes };
        _random = Simulation.Random.Fork();
        var nodeCredentials = IceCredentials.Create(_random);
        var clientCredentials = IceCredentials.Create(_random);
        var up = uplink ?? Agreements.AudioVideo;
        var down = downlink ?? Downlink;
        Node = new MovableNode(
            Factory(_nodeEngines, Simulation.Now)
                .Create(
                    new PeerSettings
                    {
                        IceMode = nodeMode,
                        LocalCredentials = nodeCredentials,
                        Remote = SimulatedPeers.Remote(
                            clientCredentials,
                            ClientEngines.LocalFingerprint,
                            DtlsRole.Server,
                            isNodeLite ? [] : [PeerWorld.ClientAddress]
                        ),
                        Receives = up,
                        Sends = down,
                        ReportSsrc = new Ssrc(1),
                        Cname = "node",
                        Transport = new PeerTransportOptions
                        {
                            Liveness = PeerLiveness.ConsentOrMedia,
                        },
                    },
                    _random,
                    Simulation.Now
                ),
            down.Length,
            Agreements.Extensions.TransportSequence
        )
        {
            // Of AES-GCM the index of SRTCP stands last, of AES-CM the tag behind it.
            ControlIndexFromEnd = profile == SrtpProfile.Aes128CmSha1Tag80 ? 14 : 4,
        };
        Client = new MediaClient(
            Factory(ClientEngines, Simulation.Now)
                .Create(
                    new PeerSettings
                    {
                        IceMode = isNodeLite ? IceMode.Controlling : IceMode.Lite,
                        LocalCredentials = clientCredentials,
                        Remote = SimulatedPeers.Remote(
                            nodeCredentials,
                            _nodeEngines.LocalFingerprint,
                            DtlsRole.Client,
                            isNodeLite ? [PeerWorld.NodeAddress] : []
                        ),
                        Sends = up,
                        Receives = down,
                        ReportSsrc = new Ssrc(2),
                        Cname = "client",
                    },
                    _random,
                    Simulation.Now
                ),
            [.. Streams(up)]
        );
        NodeHost = Simulation.Add("node", PeerWorld.NodeAddress, Node);
        ClientHost = Simulation.Add("client", clientAddress ?? PeerWorld.ClientAddress, Client);
    }

    /// <summary>Sound and a picture from the node to the client, beside those from the client.</summary>
    public static ImmutableArray<MediaAgreement> Downlink { get; } =
    [
        Agreements.Audio with
        {
            Mid = Mid.Create("2"),
            LocalSsrc = new Ssrc(0x20),
        },
        Agreements.Video with
        {
            Mid = Mid.Create("3"),
            LocalSsrc = new Ssrc(0x30),
            LocalRtxSsrc = new Ssrc(0x31),
        },
    ];

    public Simulation Simulation { get; }

    public static DataChannelTransportOptions ChannelOptions { get; } =
        new() { PeerMessageBytesMax = 0 };

    /// <summary>The node's messages, whichever of its processes has them.</summary>
    public MessagePool Pool { get; } = new(retainedBytesMax: 8 * 1024 * 1024);

    public MovableNode Node { get; }

    public MediaClient Client { get; }

    public SimulatedHost NodeHost { get; }

    public SimulatedHost ClientHost { get; }

    public int Moves { get; private set; }

    public int Refusals { get; private set; }

    /// <summary>The first section of the node's that has not ended.</summary>
    public int FirstSection { get; set; }

    public PeerTransport ClientTransport => Client.Peer.Transport;

    public void Connect()
    {
        Simulation.RunUntil(
            () =>
                Node.Peer.Transport.State == PeerState.Connected
                && Client.ConnectedAt.IsSet
                && ClientTransport.Ice.State == IceState.Nominated,
            TimeSpan.FromSeconds(20)
        );
        Simulation.AddInvariant(
            "The client's connection stays as it was.",
            () =>
                ClientTransport is { State: PeerState.Connected, HasConsent: true }
                && ClientTransport.Ice.State == IceState.Nominated
        );
        Node.Start(Simulation.Now);
    }

    /// <summary>Gives both sides data channels of the same ids, before they connect.</summary>
    public void Attach(params DataChannelOptions[] channels)
    {
        var ofNode = new DataChannelTransport(
            DtlsRole.Server,
            ChannelOptions,
            Pool,
            _random.Fork()
        );
        var ofClient = new ClientChannels(DtlsRole.Client, _random.Fork());
        foreach (var options in channels)
        {
            Assert.Equal(DataChannelOpenResult.Opened, ofNode.Open(options, out _));
            Assert.Equal(DataChannelOpenResult.Opened, ofClient.Transport.Open(options, out _));
        }

        Node.Peer.Transport.Attach(ofNode, Simulation.Now);
        Client.Attach(ofClient, Simulation.Now);
    }

    /// <summary>Captures the node's peer and goes on with it in another process; false when the handshake is not over.</summary>
    public bool TryMove()
    {
        var former = Node.Peer;
        using var writer = new StateWriter(Node.Local(Simulation.Now), StateBytesMax);
        var captured = former.TryCapture(writer);
        if (captured is PeerCapture.HandshakeInFlight or PeerCapture.ChannelsUnsettled)
        {
            Refusals++;
            return false;
        }

        Assert.Equal(PeerCapture.Captured, captured);
        var state = writer.Written.ToArray();
        Node.MoveTo(Restore(state, out var shift), shift);
        AssertSame(former, Node.Peer);
        AssertDead(former);
        former.Dispose();
        Moves++;
        return true;
    }

    /// <summary>Restores a state under a clock of its own, writes it again and compares.</summary>
    public Peer Restore(byte[] state, out TimeSpan shift)
    {
        // Some processes are older than the session is, some younger.
        shift = TimeSpan.FromMilliseconds(_random.NextInt32(2_000_000_000) - 1_000_000_000);
        var now = Simulation.Now + shift;
        var again = Read(state, now)!;
        using var writer = new StateWriter(now, StateBytesMax);
        Assert.Equal(PeerCapture.Captured, again.TryCapture(writer));
        again.Dispose();
        Assert.Equal(state, writer.Written.ToArray());
        return Read(writer.Written, now)!;
    }

    public Peer? Read(ReadOnlySpan<byte> state, Instant now)
    {
        var reader = new StateReader(state, now);
        return Factory(_nodeEngines, now)
            .TryRestore(
                ref reader,
                new PeerRestoreOptions { Channels = ChannelOptions, ChannelPool = Pool },
                Prng.FromNumber(_random.NextUInt64())
            );
    }

    /// <summary>Lets the process end without a word, and another one go on from a portrait of some time ago.</summary>
    /// <param name="portrait">What was written, by the clock of that process.</param>
    /// <param name="cameAt">When it came there, by the simulation's clock.</param>
    /// <param name="granted">All that the former process was granted.</param>
    /// <param name="received">How far the client's numbers are known to have come.</param>
    public void Survive(
        byte[] portrait,
        Instant cameAt,
        IReadOnlyList<IndexBound> granted,
        IReadOnlyList<IndexBound> received
    )
    {
        var former = Node.Peer;
        var shift = TimeSpan.FromMilliseconds(_random.NextInt32(2_000_000_000) - 1_000_000_000);
        var reader = new StateReader(portrait, cameAt + shift);
        var now = Simulation.Now + shift;
        var peer = Factory(_nodeEngines, now)
            .TryRevive(
                ref reader,
                new PeerRestoreOptions { Channels = ChannelOptions, ChannelPool = Pool },
                Prng.FromNumber(_random.NextUInt64()),
                now
            );
        Assert.NotNull(peer);
        var numbers = new ushort[peer.Sender.StreamCount];
        foreach (var bound in granted)
        {
            Assert.True(peer.Advance(bound));
            for (var stream = 0; stream < numbers.Length; stream++)
            {
                numbers[stream] =
                    bound.Space == IndexSpace.Rtp && bound.Ssrc == peer.Sender.Ssrc(stream)
                        ? unchecked((ushort)(bound.Last + 1))
                        : numbers[stream];
            }
        }

        foreach (var bound in received)
        {
            Assert.True(peer.AdvanceReceived(bound));
        }

        Node.SurviveWith(peer, shift, numbers);
        former.Dispose();
        Moves++;
    }

    public void Dispose()
    {
        Node.Peer.Dispose();
        Client.Dispose();
        _nodeEngines.Dispose();
    }

    private PeerFactory Factory(OpenSslDtlsEngineFactory engines, Instant now) =>
        new(
            engines,
            OpenSslSrtpCipherFactory.Instance,
            new ClockAnchor(
                now,
                NtpTimestamp.FromUnixTime(
                    TimeSpan.FromSeconds(1_700_000_000) + new TimeSpan(Simulation.Now.Ticks)
                )
            )
        );

    /// <summary>What was captured neither takes nor sends nor wants anything.</summary>
    private void AssertDead(Peer former)
    {
        var now = Node.Local(Simulation.Now) + TimeSpan.FromMinutes(1);
        var slot = new byte[PacketPool.SlotBytes];
        slot[0] = 0x80;
        Assert.Equal(
            PeerInputKind.None,
            former.HandleDatagram(PeerWorld.ClientAddress, slot, now, out _)
        );
        former.HandleTimeout(now);
        former.Close(now);
        former.Transport.Ice.HandleTimeout(now);
        Assert.False(former.Transport.MaySend(now));
        Assert.Equal(0, former.PollTransmit(slot, now, out _));
        Assert.Equal(0, former.Transport.ProtectRtp(slot, 12, 100, default));
        Assert.Equal(0, former.Transport.ProtectRtcp(slot, 100));
        Assert.Equal(0, former.WritePadding(0, slot, now));
        Assert.False(former.PollEvent(out _));
        Assert.False(former.Receiver.PollEvent(out _));
        Assert.False(former.Sender.PollFeedback(out _));
        Assert.Equal(Instant.Never, former.PollTimeout());
        using var writer = new StateWriter(now, StateBytesMax);
        Assert.Equal(PeerCapture.NotConnected, former.TryCapture(writer));
    }

    private void AssertSame(Peer former, Peer present)
    {
        for (var section = FirstSection; section < former.Receiver.SectionCount; section++)
        {
            Assert.Equal(former.Receiver.Stats(section, 0), present.Receiver.Stats(section, 0));
        }

        for (var stream = 0; stream < former.Sender.StreamCount; stream++)
        {
            Assert.Equal(former.Sender.Stats(stream), present.Sender.Stats(stream));
        }

        Assert.Equal(former.Sender.RoundTrip, present.Sender.RoundTrip);
        if (former.Sender.Bandwidth is not { } before)
        {
            return;
        }

        var after = present.Sender.Bandwidth!;
        Assert.Equal(before.Estimate, after.Estimate);
        Assert.Equal(before.Target, after.Target);
        Assert.Equal(before.Acknowledged, after.Acknowledged);
        Assert.Equal(before.RoundTrip, after.RoundTrip);
        Assert.Equal(before.InFlightBytes, after.InFlightBytes);
        Assert.Equal(before.LossFraction, after.LossFraction);
        Assert.Equal(before.StandingQueue, after.StandingQueue);
        Assert.Equal(before.Usage, after.Usage);
        Assert.Equal(before.IsIdle, after.IsIdle);
        Assert.Equal(before.Stats, after.Stats);
    }

    private static IEnumerable<ClientStream> Streams(ImmutableArray<MediaAgreement> sections)
    {
        foreach (var section in sections)
        {
            for (var layer = 0; layer < Math.Max(1, section.Rids.Length); layer++)
            {
                // Close to the wrap, so that long runs cross it.
                var first = new SequenceNumber(32_000);
                yield return section.Kind == MediaKind.Audio
                    ? new ClientStream(new SyntheticAudio(), first)
                    : new ClientStream(new SyntheticVideo(new SyntheticVideoOptions()), first);
            }
        }
    }
}
