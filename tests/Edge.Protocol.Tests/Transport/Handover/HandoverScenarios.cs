using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Srtp;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Network;
using Edge.Wire.Rtp;
using Xunit;

namespace Edge.Protocol.Tests.Transport.Handover;

/// <summary>A peer moves between processes at any moment, and the client notices nothing.</summary>
public sealed class HandoverScenarios
{
    private static readonly TimeSpan Call = TimeSpan.FromSeconds(8);

    /// <summary>Nothing is lost on the way, so nothing may be missing: every packet counts.</summary>
    [Fact]
    public void Move_AnyMoments_EveryPacketArrivesOnce() =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = new HandoverWorld(
                    seed,
                    new LinkConditions { Delay = TimeSpan.FromMilliseconds(30) }
                );
                RunWithMoves(world, random, moves: 1 + random.NextInt32(6));
                AssertUnnoticed(world);
                Assert.Equal(0, world.Client.Played[0].Missing);
                Assert.Equal(0, world.Client.Played[1].Missing);
                Assert.Equal(0, world.Client.Played[1].Recovered);
                Assert.Equal(0, world.Node.Peer.Receiver.Stats(1, 0).Lost);
                Assert.Equal(0, world.Node.Peer.Sender.Bandwidth!.Stats.Lost);
                Assert.Equal(0, world.Client.Peer.Sender.Bandwidth!.Stats.Lost);
            },
            rounds: 40
        );

    /// <summary>Before anything authentic has come a peer moves as what was agreed; its client connects wherever it is then.</summary>
    [Fact]
    public void Move_BeforeTheFirstCheck_ConnectsAndGoesOn() =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = new HandoverWorld(
                    seed,
                    new LinkConditions { Delay = TimeSpan.FromMilliseconds(30) }
                );
                for (var moves = 1 + random.NextInt32(3); moves > 0; moves--)
                {
                    Assert.True(world.TryMove());
                    Assert.Equal(PeerState.New, world.Node.Peer.Transport.State);
                }

                var early = world.Moves;
                world.Connect();
                world.Simulation.RunFor(Call);

                Assert.Equal(early, world.Moves);
                AssertUnnoticed(world);
                Assert.Equal(0, world.Client.Played[1].Missing);
            },
            rounds: 10
        );

    /// <summary>Losses are repaired in both directions, those from before a move too.</summary>
    [Fact]
    public void Move_LossAndReordering_RepairGoesOn() =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = new HandoverWorld(
                    seed,
                    new LinkConditions
                    {
                        Delay = TimeSpan.FromMilliseconds(20),
                        Jitter = TimeSpan.FromMilliseconds(8),
                        Loss = 0.03,
                        ReorderProbability = 0.02,
                    }
                );
                RunWithMoves(world, random, moves: 2 + random.NextInt32(6));
                AssertUnnoticed(world);
                Assert.True(world.Client.Played[1].Recovered > 10, "Nothing was repaired.");
                Assert.True(world.Node.Peer.Receiver.Stats(1, 0).Recovered > 2, "No repair came.");
                Assert.InRange(world.Client.Played[1].Missing, 0, 12);
            },
            rounds: 40
        );

    /// <summary>A move as often as every 10 ms: several without a packet between them.</summary>
    [Fact]
    public void Move_AgainAndAgain_EveryPacketArrivesOnce() =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = new HandoverWorld(seed, LinkPresets.Lan);
                RunWithMoves(world, random, moves: 300);
                AssertUnnoticed(world);
                Assert.Equal(0, world.Client.Played[1].Missing);
            },
            rounds: 3
        );

    /// <summary>The strongest of all: what goes over the network is, to the tick and the byte that can be compared, what it
    /// would be had the peer stayed. So every number, timer, estimate and probe went on.</summary>
    [Fact]
    public void Move_AnyMoments_WireIsAsWithoutMoves() =>
        Seeds.Check(
            (seed, random) =>
            {
                var conditions = new LinkConditions
                {
                    Delay = TimeSpan.FromMilliseconds(random.NextInt32(60)),
                    Jitter = TimeSpan.FromMilliseconds(random.NextInt32(5)),
                    Loss = random.NextInt32(4) * 0.01,
                    ReorderProbability = random.NextInt32(3) * 0.01,
                    Rate = random.NextInt32(2) == 0 ? Bitrate.Zero : Bitrate.FromKilobits(2500),
                };
                var moves = 1 + random.NextInt32(30);
                Assert.Equal(
                    Trace(seed, conditions, moves, isMoving: false),
                    Trace(seed, conditions, moves, isMoving: true)
                );
            },
            rounds: 20
        );

    /// <summary>Other ciphers, other feedback, no retransmission format, another server in the client's place.</summary>
    [Theory]
    [InlineData(SrtpProfile.Aes128CmSha1Tag80, IceMode.Lite, true, true)]
    [InlineData(SrtpProfile.AeadAes256Gcm, IceMode.Controlling, true, true)]
    [InlineData(SrtpProfile.AeadAes128Gcm, IceMode.Lite, false, true)]
    [InlineData(SrtpProfile.AeadAes128Gcm, IceMode.Controlling, true, false)]
    public void Move_OtherAgreements_EveryPacketArrivesOnce(
        SrtpProfile profile,
        IceMode mode,
        bool hasTransportCc,
        bool hasRtx
    ) =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = new HandoverWorld(
                    seed,
                    new LinkConditions { Delay = TimeSpan.FromMilliseconds(15) },
                    uplink: [Agreements.Audio, With(Agreements.Video, hasTransportCc, hasRtx)],
                    downlink:
                    [
                        HandoverWorld.Downlink[0],
                        With(HandoverWorld.Downlink[1], hasTransportCc, hasRtx),
                    ],
                    profile,
                    mode
                );
                RunWithMoves(world, random, moves: 10);
                AssertUnnoticed(world);
                Assert.Equal(0, world.Client.Played[1].Missing);
            },
            rounds: 3
        );

    /// <summary>Credentials that nobody used yet come along as well, and so do those still in use.</summary>
    [Fact]
    public void Move_DuringAnIceRestart_OldAndNewCredentialsWork()
    {
        using var world = new HandoverWorld(Seeds.Next());
        var random = Seeds.Random();
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        var ofNode = IceCredentials.Create(random);
        var ofClient = IceCredentials.Create(random);
        world.Node.Peer.Transport.Ice.RestartLocal(
            ofNode,
            ofClient,
            world.Node.Local(world.Simulation.Now)
        );
        Assert.True(world.TryMove());
        Assert.Equal(ofNode, world.Node.Peer.Transport.Ice.Local);
        world.Simulation.RunFor(TimeSpan.FromSeconds(10));
        Assert.NotNull(world.Node.Peer.Transport.Ice.PreviousLocal);

        world.ClientTransport.Ice.RestartLocal(ofClient, ofNode, world.Simulation.Now);
        Assert.True(world.TryMove());
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        Assert.Null(world.Node.Peer.Transport.Ice.PreviousLocal);
        Assert.True(world.TryMove());
        world.Simulation.RunFor(TimeSpan.FromSeconds(40));
        AssertUnnoticed(world);
    }

    /// <summary>Sections and streams that came and went keep their places.</summary>
    [Fact]
    public void Move_AfterSectionsEnded_PlacesAreKept()
    {
        using var world = new HandoverWorld(Seeds.Next());
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(2));
        var peer = world.Node.Peer;
        peer.Receiver.Remove(0);
        var section = Agreements.Simulcast with { Mid = Mid.Create("9") };
        Assert.Equal(0, peer.AddReceived(section, world.Simulation.Now));
        peer.Receiver.Remove(0);
        var sent = peer.Sender.Add(HandoverWorld.Downlink[0] with { LocalSsrc = new Ssrc(77) });
        peer.Sender.Remove(0);
        world.FirstSection = 1;
        Assert.True(world.TryMove());

        // The first free place is given again.
        peer = world.Node.Peer;
        var now = world.Node.Local(world.Simulation.Now);
        Assert.Equal(new Ssrc(77), peer.Sender.Ssrc(sent));
        Assert.Equal(
            0,
            peer.Sender.Add(HandoverWorld.Downlink[0] with { LocalSsrc = new Ssrc(78) })
        );
        Assert.Equal(0, peer.AddReceived(section, now));
        Assert.Equal(2, peer.Receiver.SectionCount);
    }

    private static MediaAgreement With(MediaAgreement media, bool hasTransportCc, bool hasRtx) =>
        media with
        {
            LocalRtxSsrc = hasRtx ? media.LocalRtxSsrc : null,
            Codec = media.Codec with
            {
                HasTransportCc = hasTransportCc,
                HasRemb = !hasTransportCc,
                RtxPayloadType = hasRtx ? media.Codec.RtxPayloadType : null,
            },
        };

    private static List<string> Trace(
        ulong seed,
        LinkConditions conditions,
        int moves,
        bool isMoving
    )
    {
        // The handshake's flights vary in length: at first that must not cost time.
        using var world = new HandoverWorld(seed);
        world.Connect();
        world.Simulation.Network.SetBothWays(
            PeerWorld.NodeAddress,
            PeerWorld.ClientAddress,
            conditions
        );
        var trace = new List<string>();
        world.Simulation.Tap = (datagram, now) =>
            trace.Add($"{now} {datagram.To} {Describe(datagram.Bytes)}");
        var random = Prng.FromNumber(seed);
        for (var move = 0; move < moves; move++)
        {
            // From half a second on, so that the handshake's last datagrams, whose lengths vary, are over.
            var at = TimeSpan.FromSeconds(0.5) + Call * random.NextDouble();
            world.Simulation.After(at, () => _ = isMoving && world.TryMove());
        }

        world.Simulation.RunFor(Call + TimeSpan.FromSeconds(1));
        Assert.Equal(isMoving ? moves : 0, world.Moves);
        // What both learnt from reports and feedback, whose bytes are encrypted.
        trace.Add(Describe(world.Node.Peer));
        trace.Add(Describe(world.Client.Peer));
        return trace;
    }

    private static string Describe(Peer peer)
    {
        var bandwidth = peer.Sender.Bandwidth!;
        var (sent, sound) = (peer.Sender.Stats(1), peer.Sender.Stats(0));
        var received = peer.Receiver.Stats(1, 0);
        var stats = bandwidth.Stats;
        return $"{peer.Sender.RoundTrip} {bandwidth.Estimate} {bandwidth.Target} {bandwidth.Acknowledged} "
            + $"{bandwidth.RoundTrip} {bandwidth.LossFraction} {bandwidth.StandingQueue} {bandwidth.InFlightBytes} "
            + $"{stats.FeedbackBlocks} {stats.Received} {stats.Lost} {stats.Probes} {stats.ProbeResults} {stats.Decreases} "
            + $"{sent.Packets} {sent.Lost} {sent.Retransmissions} {sent.KeyFrameRequests} {sound.Packets} {sound.Lost} "
            + $"{received.Packets} {received.Lost} {received.Recovered} {received.NacksSent}";
    }

    /// <summary>What of a datagram does not depend on keys: its kind and length, and of media the header.</summary>
    private static string Describe(ReadOnlySpan<byte> datagram)
    {
        var kind = DatagramKinds.Classify(datagram);
        var headerLength = 0;
        if (kind == DatagramKind.Rtp)
        {
            Assert.True(RtpHeader.TryReadHeaderLength(datagram, out headerLength));
        }

        return $"{kind} {datagram.Length} {Convert.ToHexString(datagram[..headerLength])}";
    }

    private static void RunWithMoves(HandoverWorld world, Prng random, int moves)
    {
        world.Connect();
        for (var move = 0; move < moves; move++)
        {
            var at = Call * random.NextDouble();
            world.Simulation.After(at, () => world.TryMove());
        }

        world.Simulation.RunFor(Call);
        Assert.Equal(moves, world.Moves + world.Refusals);
        // What is on its way at the end is not lost.
        world.Simulation.RunFor(TimeSpan.FromMilliseconds(500));
    }

    private static void AssertUnnoticed(HandoverWorld world)
    {
        var client = world.ClientTransport;
        Assert.Equal(0, client.Dropped(DropReason.NotAuthentic));
        Assert.Equal(0, client.Dropped(DropReason.Replayed));
        Assert.Equal(0, client.Dropped(DropReason.Malformed));
        Assert.Equal(0, client.Dropped(DropReason.UnknownStream));
        Assert.Equal(0, client.Dropped(DropReason.AddressNotValidated));
        var node = world.Node.Peer.Transport;
        Assert.Equal(0, node.Dropped(DropReason.NotAuthentic));
        Assert.Equal(0, node.Dropped(DropReason.Replayed));
        Assert.Equal(0, node.Dropped(DropReason.UnknownStream));
        Assert.Equal(0, node.Dropped(DropReason.AddressNotValidated));
        Assert.True(world.Client.Played[0].Packets > 300);
        Assert.True(world.Node.MediaReceived > 600);
    }
}
