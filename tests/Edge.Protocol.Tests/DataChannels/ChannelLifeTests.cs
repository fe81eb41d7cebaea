using Edge.Protocol.DataChannels;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.DataChannels;

/// <summary>How channels open, close and come again (RFC 8832, RFC 8831 §6.7).</summary>
public sealed class ChannelLifeTests
{
    [Fact]
    public void Open_WithEverything_TellsThePeer()
    {
        var world = ChannelWorld.Connected(1);
        DataChannelOptions[] all =
        [
            new() { Label = "größe", Protocol = "p" },
            new() { Label = "b", RetransmitsMax = 3 },
            new()
            {
                Label = "c",
                RetransmitsMax = 0,
                IsOrdered = false,
            },
            new() { PacketLifeTimeMax = TimeSpan.FromMilliseconds(250), IsOrdered = false },
        ];
        foreach (var options in all)
        {
            var id = world.Open(options);
            Assert.Equal(options, world.Right.Opened[id]);
            Assert.Equal(options, world.Left.Opened[id]);
        }
    }

    /// <summary>RFC 8832 §6: the DTLS client has the even ids, the server the odd ones.</summary>
    [Fact]
    public void Open_BothSidesAtOnce_TakeIdsOfTheirOwn()
    {
        var world = ChannelWorld.Connected(1);
        for (var count = 0; count < 10; count++)
        {
            world.Left.Transport.Open(new(), out var even);
            world.Right.Transport.Open(new(), out var odd);
            Assert.Equal(((ushort)(2 * count), (ushort)((2 * count) + 1)), (even, odd));
        }

        world.RunUntil(() => world.Left.Opened.Count == 20 && world.Right.Opened.Count == 20);
    }

    [Fact]
    public void Open_BeforeConnected_OpensAndSendsLater()
    {
        var world = new ChannelWorld(1);
        world.Left.Transport.Open(new() { Label = "early" }, out var id);
        Assert.Equal(DataChannelSendResult.Accepted, world.Left.Send(id, [1, 2]));
        world.Left.Connect();

        world.RunUntil(() => world.Right.Messages.Count == 1);
        Assert.Equal("early", world.Right.Opened[id].Label);
        world.RunUntil(() => world.Left.Transport.StateOf(id) == DataChannelState.Open);
    }

    /// <summary>An owner who keeps account of ids itself, towards a peer that knows labels alone.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_AnnouncedAtAnId_PeerOpensItByItsLabel(bool isConnectedBefore)
    {
        var world = isConnectedBefore ? ChannelWorld.Connected(1) : new ChannelWorld(1);
        var options = new DataChannelOptions
        {
            Label = "told",
            NegotiatedId = 6,
            IsAnnounced = true,
        };
        Assert.Equal(DataChannelOpenResult.Opened, world.Left.Transport.Open(options, out _));
        if (!isConnectedBefore)
        {
            world.Left.Connect();
        }

        // Not before the peer has said that it has it.
        Assert.Equal(DataChannelState.Connecting, world.Left.Transport.StateOf(6));
        world.RunUntil(() => world.Left.Opened.ContainsKey(6) && world.Right.Opened.ContainsKey(6));
        Assert.Equal("told", world.Right.Opened[6].Label);
        world.Right.Send(6, [5]);
        world.RunUntil(() => world.Left.Messages.Count == 1);
    }

    [Fact]
    public void Open_Negotiated_NeedsNoMessage()
    {
        var world = new ChannelWorld(1);
        var options = new DataChannelOptions { NegotiatedId = 77 };
        Assert.Equal(DataChannelOpenResult.Opened, world.Left.Transport.Open(options, out _));
        Assert.Equal(DataChannelOpenResult.Opened, world.Right.Transport.Open(options, out _));
        Assert.Equal(DataChannelOpenResult.IdInUse, world.Right.Transport.Open(options, out _));
        world.Left.Connect();
        world.RunUntil(() =>
            world.Left.Opened.ContainsKey(77) && world.Right.Opened.ContainsKey(77)
        );
        world.Right.Send(77, [5]);
        world.RunUntil(() => world.Left.Messages.Count == 1);
    }

    [Theory]
    [InlineData(5, 100)]
    [InlineData(-1, null)]
    [InlineData(70_000, null)]
    [InlineData(null, 0)]
    [InlineData(null, 70_000)]
    public void Open_OptionsThatCannotBe_AreRefused(int? retransmitsMax, int? lifeTimeMs)
    {
        var world = new ChannelWorld(1);
        var options = new DataChannelOptions
        {
            RetransmitsMax = retransmitsMax,
            PacketLifeTimeMax = lifeTimeMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
        };

        Assert.Equal(
            DataChannelOpenResult.InvalidOptions,
            world.Left.Transport.Open(options, out _)
        );
        Assert.Equal(
            DataChannelOpenResult.InvalidOptions,
            world.Left.Transport.Open(new() { Label = new string('x', 1025) }, out _)
        );
    }

    [Fact]
    public void Open_MoreThanThePeerAllows_AreClosedAgain()
    {
        var world = ChannelWorld.Connected(1, right: new() { ChannelsMax = 3 });
        for (var count = 0; count < 5; count++)
        {
            world.Left.Transport.Open(new(), out _);
        }

        world.RunUntil(
            () => world.Left.CountOf(DataChannelEventKind.ChannelClosed) == 2,
            seconds: 20
        );
        Assert.Equal(3, world.Right.Transport.ChannelCount);
        Assert.Equal(3, world.Left.Transport.ChannelCount);
    }

    /// <summary>Goal: closing delivers what was accepted, closes on both sides, and the id works again from
    /// the first message on, as often as wanted.</summary>
    [Fact]
    public void Close_AndOpenAgain_TheSameIdWorks() =>
        Seeds.Check(
            (seed, random) =>
            {
                var world = ChannelWorld.Connected(seed, ChannelWorld.Rough);
                var other = world.Open();
                for (var round = 0; round < 5; round++)
                {
                    var id = world.Open(new() { Label = $"{round}" });
                    Assert.Equal(2, id);
                    Assert.Equal($"{round}", world.Right.Opened[id].Label);
                    for (var count = 0; count < 10; count++)
                    {
                        world.Left.Send(id, [(byte)round, (byte)count]);
                        world.Right.Send(id, [(byte)round, (byte)count]);
                        world.Left.Send(other, random.NextBytes(3000));
                    }

                    var isLeft = random.NextInt32(2) == 0;
                    world.RunUntil(() => world.Left.Messages.Count == 10);
                    (isLeft ? world.Left : world.Right).Transport.Close(id);
                    world.RunUntil(() =>
                        world.Left.Transport.StateOf(id) == DataChannelState.Closed
                        && world.Right.Transport.StateOf(id) == DataChannelState.Closed
                    );
                    var got = world.Right.Messages.Where(entry => entry.Channel == id);
                    if (isLeft)
                    {
                        Assert.Equal(10, got.Count());
                    }

                    Assert.All(got, entry => Assert.Equal(round, entry.Payload[0]));
                    world.Left.Messages.Clear();
                    world.Right.Messages.Clear();
                }

                Assert.Equal(5, world.Left.CountOf(DataChannelEventKind.ChannelClosed));
                Assert.Equal(5, world.Right.CountOf(DataChannelEventKind.ChannelClosed));
                TransferTests.RunDry(world);
            },
            rounds: 10
        );

    [Fact]
    public void Close_BothSidesAtOnce_ClosesOnce() =>
        Seeds.Check(
            (seed, _) =>
            {
                var world = ChannelWorld.Connected(seed, ChannelWorld.Rough);
                ushort[] ids = [world.Open(), world.Open(), world.Open()];
                foreach (var id in ids)
                {
                    world.Left.Transport.Close(id);
                    world.Right.Transport.Close(id);
                }

                world.RunUntil(() =>
                    world.Left.Transport.ChannelCount == 0
                    && world.Right.Transport.ChannelCount == 0
                );
                Assert.Equal(3, world.Left.CountOf(DataChannelEventKind.ChannelClosed));
                Assert.Equal(3, world.Right.CountOf(DataChannelEventKind.ChannelClosed));
            },
            rounds: 20
        );

    /// <summary>A negotiated channel that the peer never made: it resets nothing, and ours ends all the same.</summary>
    [Fact]
    public void Close_ChannelThatThePeerNeverHad_EndsAfterAWhile()
    {
        var world = ChannelWorld.Connected(1);
        world.Left.Transport.Open(new() { NegotiatedId = 9 }, out var id);
        world.Left.Transport.Close(id);

        world.Simulation.RunFor(TimeSpan.FromSeconds(5));
        Assert.Equal(DataChannelState.Closing, world.Left.Transport.StateOf(id));
        world.RunUntil(() => world.Left.Transport.StateOf(id) == DataChannelState.Closed, 6);
        Assert.Equal(1, world.Left.CountOf(DataChannelEventKind.ChannelClosed));
    }

    [Fact]
    public void Close_ByThePeer_GivesUpWhatWaits()
    {
        var world = ChannelWorld.Connected(1);
        var id = world.Open();
        for (var count = 0; count < 15; count++)
        {
            world.Left.Send(id, new byte[60_000]);
        }

        world.Right.Transport.Close(id);
        world.RunUntil(() => world.Left.CountOf(DataChannelEventKind.ChannelClosed) == 1, 5);
        world.RunUntil(() => world.Right.CountOf(DataChannelEventKind.ChannelClosed) == 1, 5);
        Assert.True(world.Right.Messages.Count < 15);
        TransferTests.RunDry(world);
    }

    [Fact]
    public void Message_ForAChannelThatIsNotThere_IsCountedAndDropped()
    {
        var world = ChannelWorld.Connected(1);
        world.Left.Transport.Open(new() { NegotiatedId = 4 }, out var id);
        world.Left.Send(id, [1]);

        world.RunUntil(() => world.Right.Transport.Stats.MessagesDiscarded == 1);
        Assert.Empty(world.Right.Messages);
        TransferTests.RunDry(world);
    }
}
