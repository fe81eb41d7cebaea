using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Network;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Transport.Handover;

/// <summary>A peer that nobody has connected to moves with the data channels that were agreed on: the association begins where it
/// is then.</summary>
public sealed class HandoverNewChannelTests
{
    private const ushort Agreed = 5;
    private const ushort Loose = 8;
    private const ushort Closed = 11;

    /// <summary>Of one that is established, in the version that knows no other.</summary>
    private const int EstablishedValues = 17;

    /// <summary>The transport's association.</summary>
    private static readonly int[] Association = [0, 9, 5];

    private static readonly DataChannelOptions AgreedOptions = new()
    {
        NegotiatedId = Agreed,
        Label = "agreed on",
        Protocol = "ours",
    };

    private static readonly DataChannelOptions LooseOptions = new()
    {
        NegotiatedId = Loose,
        Label = "loose",
        IsOrdered = false,
        PacketLifeTimeMax = TimeSpan.FromMilliseconds(700),
    };

    private static readonly DataChannelOptions ToldOptions = new()
    {
        Label = "told in the channel",
        Protocol = "theirs",
        IsOrdered = false,
        RetransmitsMax = 3,
    };

    /// <summary>Ids, labels, protocols, order and reliability are what was agreed on; what was sent before the beginning arrives
    /// once, and so does what comes after, both ways.</summary>
    [Fact]
    public void Move_BeforeTheBeginning_ChannelsBeginAsAgreed() =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = Agree(seed, out var told);
                var moves = 1 + random.NextInt32(3);
                for (var move = 0; move < moves; move++)
                {
                    Assert.True(world.TryMove());
                }

                world.Connect();
                world.Simulation.RunFor(TimeSpan.FromSeconds(1));

                var (node, client) = Channels(world);
                Assert.Equal(AgreedOptions, node.OptionsOf(Agreed));
                Assert.Equal(LooseOptions, node.OptionsOf(Loose));
                Assert.Equal(ToldOptions, node.OptionsOf(told));
                Assert.Equal(ToldOptions, client.OptionsOf(told));
                Assert.Equal(DataChannelState.Closed, node.StateOf(Closed));
                Assert.True(world.Client.Channels!.IsClosed(Closed));
                foreach (var channel in new[] { Agreed, Loose, told })
                {
                    Assert.Equal(DataChannelState.Open, node.StateOf(channel));
                    Send(node, channel, 2, world.Node.Local(world.Simulation.Now));
                    Send(client, channel, 3, world.Simulation.Now);
                }

                world.Simulation.RunFor(TimeSpan.FromSeconds(1));
                Assert.Equal(
                    [
                        [1],
                        [2],
                    ],
                    world.Client.Channels.MessagesOf(Agreed)
                );
                Assert.Equal(
                    [
                        [2],
                    ],
                    world.Client.Channels.MessagesOf(Loose)
                );
                Assert.Equal(
                    [
                        [1],
                        [2],
                    ],
                    world.Client.Channels.MessagesOf(told)
                );
                Assert.Equal(
                    [told, Agreed, Loose],
                    world.Node.Messages.Select(message => message.Channel).Order()
                );
                Assert.All(world.Node.Messages, message => Assert.Equal([3], message.Bytes));
                Assert.Equal(moves, world.Moves);
            },
            rounds: 10
        );

    /// <summary>The version before took what is not established for broken, so that its peer stays where it was.</summary>
    [Fact]
    public void Capture_BeforeTheBeginning_VersionBeforeRefuses()
    {
        using var world = Agree(Seeds.Next(), out _);
        var transport = StateTree.Parse(Capture(world, out _)).At(Association.AsSpan(..^1));
        var reader = new StateReader(transport[Association[^1]].ToBytes(), Instant.Zero);
        _ = reader.BeginWhole(EstablishedValues);
        Assert.True(reader.IsBroken);
    }

    /// <summary>An association that has begun is not written before the connection is there: it is in use at one process.</summary>
    [Fact]
    public void Capture_UntouchedWithChannelsThatBegan_IsRefused()
    {
        using var world = Agree(Seeds.Next(), out _);
        Channels(world).Node.Connect(world.Simulation.Now);
        Assert.Equal(PeerCapture.ChannelsUnsettled, world.Node.Peer.FindRefusal());
        using var writer = new StateWriter(world.Simulation.Now, HandoverWorld.StateBytesMax);
        Assert.Equal(PeerCapture.ChannelsUnsettled, world.Node.Peer.TryCapture(writer));
        Assert.Equal(0, writer.Written.Length);
    }

    /// <summary>Of a peer that is connected nobody would begin it; of one that is not, nobody can have.</summary>
    [Fact]
    public void Restore_AssociationThatDoesNotFitItsPeer_IsRefused()
    {
        using var untouched = Agree(Seeds.Next(), out _);
        var early = StateTree.Parse(Capture(untouched, out var earlyNow));
        using var connected = Agree(Seeds.Next(), out _);
        connected.Connect();
        connected.Simulation.RunFor(TimeSpan.FromSeconds(1));
        var late = StateTree.Parse(Capture(connected, out var lateNow));
        Assert.Equal(EstablishedValues, late.At(Association).Count);

        (early.At(0)[9], late.At(0)[9]) = (late.At(0)[9], early.At(0)[9]);

        Assert.Null(untouched.Read(early.ToBytes(), earlyNow));
        Assert.Null(connected.Read(late.ToBytes(), lateNow));
        Assert.Equal(0, untouched.Pool.RentedCount + connected.Pool.RentedCount);
    }

    /// <summary>A later version has appended something to the association.</summary>
    [Fact]
    public void Restore_WrittenByALaterVersion_IsTheSame()
    {
        using var world = Agree(Seeds.Next(), out _);
        var state = Capture(world, out var now);
        var later = StateTree.Parse(state);
        later.At(Association).Add(StateTree.Later);

        var peer = world.Read(later.ToBytes(), now)!;

        using var writer = new StateWriter(now, HandoverWorld.StateBytesMax);
        Assert.Equal(PeerCapture.Captured, peer.TryCapture(writer));
        peer.Dispose();
        Assert.Equal(state, writer.Written.ToArray());
    }

    [Fact]
    public void Restore_CutShortAnywhere_IsRefusedAndHoldsNothing()
    {
        using var world = Agree(Seeds.Next(), out _);
        var state = Capture(world, out var now);
        for (var length = 0; length < state.Length; length++)
        {
            Assert.Null(world.Read(state.AsSpan(0, length), now));
            Assert.Equal(0, world.Pool.RentedCount);
        }
    }

    /// <summary>Channels of every kind before the client is heard: a message waits in some, and one is closed again.</summary>
    private static HandoverWorld Agree(ulong seed, out ushort told)
    {
        var world = new HandoverWorld(seed, LinkPresets.Lan);
        world.Attach(AgreedOptions, LooseOptions, new DataChannelOptions { NegotiatedId = Closed });
        var node = Channels(world).Node;
        var now = world.Node.Local(world.Simulation.Now);
        Assert.Equal(DataChannelOpenResult.Opened, node.Open(ToldOptions, out told));
        Send(node, Agreed, 1, now);
        Send(node, told, 1, now);
        node.Close(Closed);
        return world;
    }

    private static byte[] Capture(HandoverWorld world, out Instant now)
    {
        now = world.Node.Local(world.Simulation.Now);
        using var writer = new StateWriter(now, HandoverWorld.StateBytesMax);
        Assert.Equal(PeerCapture.Captured, world.Node.Peer.TryCapture(writer));
        return writer.Written.ToArray();
    }

    private static (DataChannelTransport Node, DataChannelTransport Client) Channels(
        HandoverWorld world
    ) => (world.Node.Peer.Transport.Channels!, world.Client.Channels!.Transport);

    private static void Send(DataChannelTransport from, ushort channel, byte number, Instant now) =>
        Assert.Equal(
            DataChannelSendResult.Accepted,
            from.Send(channel, [number], isBinary: true, now)
        );
}
