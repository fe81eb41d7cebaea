using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Protocol.Tests.Transport.Handover;

/// <summary>Data channels move along: what was accepted arrives once and in order.</summary>
public sealed class HandoverChannelScenarios
{
    private const ushort Reliable = 5;
    private const ushort Loose = 7;
    private static readonly TimeSpan Call = TimeSpan.FromSeconds(6);

    [Fact]
    public void Move_MessagesUnderWay_EachArrivesOnceInOrder() =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = Talking(seed);
                world.Simulation.Network.SetBothWays(
                    PeerWorld.NodeAddress,
                    PeerWorld.ClientAddress,
                    new LinkConditions
                    {
                        Delay = TimeSpan.FromMilliseconds(25),
                        Jitter = TimeSpan.FromMilliseconds(10),
                        Loss = 0.03,
                        ReorderProbability = 0.02,
                    }
                );
                var sent = Exchange(world, seed);
                var moves = 1 + random.NextInt32(40);
                for (var move = 0; move < moves; move++)
                {
                    world.Simulation.After(Call * random.NextDouble(), () => world.TryMove());
                }

                world.Simulation.RunFor(Call);
                sent.IsOver = true;
                world.Simulation.RunFor(TimeSpan.FromSeconds(20));
                Assert.True(world.Moves > 0, "It never moved.");
                Assert.Equal(
                    Enumerable.Range(0, sent.ByClient),
                    world.Node.Messages.Where(each => each.Channel == Reliable).Select(Number)
                );
                Assert.Equal(
                    Enumerable.Range(0, sent.ByNode),
                    world.Client.Channels!.MessagesOf(Reliable).Select(bytes => Number((0, bytes)))
                );
                var loose = world.Node.Messages.Where(each => each.Channel == Loose).Select(Number);
                Assert.Equal(loose.Count(), loose.Distinct().Count());
                Assert.True(loose.Count() > sent.ByClient / 2);
            },
            rounds: 30
        );

    [Fact]
    public void Move_MessagesUnderWay_WireIsAsWithoutMoves() =>
        Seeds.Check(
            seed =>
            {
                var moves = 1 + seed.NextInt32(20);
                var number = seed.NextUInt64();
                Assert.Equal(
                    Trace(number, moves, isMoving: false),
                    Trace(number, moves, isMoving: true)
                );
            },
            rounds: 20
        );

    /// <summary>What is given up half sent leaves chunks of several kinds: each such state can be read.</summary>
    [Fact]
    public void Move_MessagesGivenUp_IsNeverRefused() =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = Talking(seed);
                world.Simulation.Network.SetBothWays(
                    PeerWorld.NodeAddress,
                    PeerWorld.ClientAddress,
                    new LinkConditions { Delay = TimeSpan.FromMilliseconds(25), Loss = 0.1 }
                );
                world.Simulation.Every(
                    TimeSpan.FromMilliseconds(20),
                    () =>
                        world.Node.Peer.Transport.Channels!.Send(
                            Loose,
                            new byte[1 + random.NextInt32(20_000)],
                            isBinary: true,
                            world.Node.Local(world.Simulation.Now)
                        )
                );
                for (var move = 0; move < 100; move++)
                {
                    world.Simulation.After(Call * random.NextDouble(), () => world.TryMove());
                }

                world.Simulation.RunFor(Call);
                Assert.Equal(100, world.Moves);
                Assert.True(world.Node.Peer.Transport.Channels!.Stats.MessagesAbandoned > 10);
            },
            rounds: 10
        );

    private static HandoverWorld Talking(ulong seed)
    {
        var world = new HandoverWorld(seed);
        world.Attach(
            new DataChannelOptions { NegotiatedId = Reliable },
            new DataChannelOptions
            {
                NegotiatedId = Loose,
                IsOrdered = false,
                RetransmitsMax = 0,
            }
        );
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(0.5));
        return world;
    }

    private static List<string> Trace(ulong seed, int moves, bool isMoving)
    {
        using var world = Talking(seed);
        var random = Prng.FromNumber(seed);
        world.Simulation.Network.SetBothWays(
            PeerWorld.NodeAddress,
            PeerWorld.ClientAddress,
            new LinkConditions
            {
                Delay = TimeSpan.FromMilliseconds(random.NextInt32(40)),
                Loss = random.NextInt32(5) * 0.01,
                ReorderProbability = random.NextInt32(3) * 0.01,
            }
        );
        var trace = new List<string>();
        world.Simulation.Tap = (datagram, now) =>
            trace.Add(
                $"{now} {datagram.To} {DatagramKinds.Classify(datagram.Bytes)} {datagram.Bytes.Length}"
            );
        Exchange(world, seed);
        for (var move = 0; move < moves; move++)
        {
            var at = Call * random.NextDouble();
            world.Simulation.After(at, () => _ = isMoving && world.TryMove());
        }

        world.Simulation.RunFor(Call + TimeSpan.FromSeconds(1));
        Assert.Equal(isMoving ? moves : 0, world.Moves);
        return trace;
    }

    /// <summary>Messages of a few bytes to many packets in both directions; channels that come and go beside them.</summary>
    private static Sent Exchange(HandoverWorld world, ulong seed)
    {
        var sent = new Sent();
        var random = Prng.FromNumber(seed);
        ushort opened = 0;
        world.Simulation.Every(
            TimeSpan.FromMilliseconds(20),
            () =>
            {
                if (sent.IsOver)
                {
                    return;
                }

                var node = world.Node.Peer.Transport.Channels!;
                var client = world.Client.Channels!.Transport;
                var now = world.Simulation.Now;
                sent.ByNode += Send(node, Reliable, sent.ByNode, random, world.Node.Local(now));
                Send(client, Loose, sent.ByClient, random, now);
                sent.ByClient += Send(client, Reliable, sent.ByClient, random, now);
                if (random.NextInt32(10) == 0)
                {
                    client.Close(opened);
                    client.Open(new DataChannelOptions { Label = "passing" }, out opened);
                }
            }
        );
        return sent;
    }

    private static int Send(
        DataChannelTransport from,
        ushort channel,
        int number,
        Prng random,
        Instant now
    )
    {
        var bytes = new byte[4 + random.NextInt32(random.NextInt32(8) == 0 ? 12_000 : 300)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return from.Send(channel, bytes, isBinary: true, now) == DataChannelSendResult.Accepted
            ? 1
            : 0;
    }

    private static int Number((ushort Channel, byte[] Bytes) message) =>
        BinaryPrimitives.ReadInt32BigEndian(message.Bytes);

    private sealed class Sent
    {
        public int ByNode { get; set; }

        public int ByClient { get; set; }

        public bool IsOver { get; set; }
    }
}
