using Edge.Primitives;
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
        return trace;
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
