using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Srtp;
using Edge.Protocol.Tests.Transport.Handover;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>A peer says what it was granted, and waits for the rest.</summary>
public sealed class PeerLimitTests
{
    private const ushort Channel = 5;

    /// <summary>Of the node's sound and of its picture's retransmissions.</summary>
    private static readonly Ssrc Media = new(0x20);
    private static readonly Ssrc Repairs = new(0x31);
    private static readonly byte[] Late = [1, 2, 3];
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(3);

    /// <summary>No grant: no report leaves and none is lost, the driver is not asked to do what waits, and media still comes.</summary>
    [Fact]
    public void PollTransmit_NothingGranted_WaitsWithoutBeingAsked()
    {
        using var world = new PeerWorld(Seeds.Next());
        world.Connect();
        var peer = world.Node.Peer;
        world.Simulation.RunFor(Moment);
        peer.Transport.LimitIndices();
        world.Simulation.RunFor(Moment);

        Assert.True(peer.Transport.HasLapsed);
        Assert.True(peer.Transport.IsWanting);
        Assert.True(peer.PollTimeout() > world.Simulation.Now);
        var heard = peer.Receiver.Stats(0, 0).Packets;
        var used = Rtcp(peer).Used;
        world.Simulation.RunFor(Moment);
        Assert.True(peer.Receiver.Stats(0, 0).Packets > heard);
        Assert.Equal(used, Rtcp(peer).Used);
        Assert.Equal(PeerState.Connected, peer.Transport.State);

        Grant(world, used + 5);
        peer.Transport.HandleAsked();
        world.Simulation.RunFor(Moment);
        Assert.Equal(used + 5, Rtcp(peer).Used);
        Assert.True(peer.Transport.HasLapsed);
        Grant(world, used + 1000);
        world.Simulation.RunFor(Moment);
        Assert.False(peer.Transport.HasLapsed);
        Assert.InRange(Rtcp(peer).Used, used + 20, used + 1000);
    }

    /// <summary>Before there are keys, too.</summary>
    [Fact]
    public void Connect_Limited_NothingIsProtectedUngranted()
    {
        using var world = new PeerWorld(Seeds.Next());
        var peer = world.Node.Peer;
        peer.Transport.LimitIndices();
        Assert.False(peer.Transport.Grant(new(IndexSpace.Rtcp, default, 100), askAfter: 50));
        world.Connect();
        world.Simulation.RunFor(Moment);
        Assert.Equal(0, Rtcp(peer).Used);
        Grant(world, 1000);
        world.Simulation.RunFor(Moment);
        Assert.InRange(Rtcp(peer).Used, 10, 1000);
    }

    /// <summary>Before there are keys nothing may be sent, limited or not; without limits there is no waiting for them afterwards.</summary>
    [Fact]
    public void LiftLimits_BeforeThereAreKeys_NothingIsLimited()
    {
        using var world = new PeerWorld(Seeds.Next());
        var peer = world.Node.Peer;
        Assert.False(peer.Transport.IsLimited);
        Assert.False(peer.Transport.HasRoom(Media));
        peer.Transport.LimitIndices();
        Assert.True(peer.Transport.IsLimited);
        Assert.False(peer.Transport.HasRoom(Media));
        peer.Transport.LiftLimits();
        Assert.False(peer.Transport.IsLimited);
        Assert.False(peer.Transport.HasRoom(Media));

        world.Connect();
        world.Simulation.RunFor(Moment);
        Assert.True(peer.Transport.HasRoom(Media));
        Assert.False(peer.Transport.HasLapsed);
        Assert.False(peer.Transport.IsWanting);
        Assert.InRange(Rtcp(peer).Used, 10, 1000);
    }

    /// <summary>Media, reports and records stop where their grants do, and go on when nobody has to grant them any more.</summary>
    [Fact]
    public void LiftLimits_OfAPeerThatWaits_AllThreeGoOn()
    {
        using var world = ConnectBothWays();
        var transport = world.Node.Peer.Transport;
        transport.LimitIndices();
        Assert.False(transport.HasRoom(Media));
        var granted = Uses(transport)
            .Select(use =>
                use.Granted with
                {
                    // One record has all that waits.
                    Last = use.Used + (use.Granted.Space == IndexSpace.Record ? 0 : 2),
                }
            )
            .ToList();
        Assert.Equal(
            [IndexSpace.Rtp, IndexSpace.Rtcp, IndexSpace.Record],
            granted.Select(bound => bound.Space).Distinct().Order()
        );
        granted.ForEach(bound => Assert.True(transport.Grant(bound, askAfter: bound.Last)));
        Assert.True(transport.HasRoom(Media));
        Assert.True(transport.IsLimited);
        world.Simulation.RunFor(Moment);
        Assert.True(transport.HasLapsed);

        Send(world, Late);
        world.Simulation.RunFor(Moment);
        Assert.DoesNotContain(Late, Messages(world));
        AssertBelow(granted, transport);
        var heard = Heard(world);
        world.Simulation.RunFor(Moment);
        Assert.Equal(heard, Heard(world));

        transport.LiftLimits();
        Assert.False(transport.IsLimited);
        Assert.False(transport.HasLapsed);
        Assert.False(transport.IsWanting);
        Assert.True(transport.HasRoom(Media));
        world.Simulation.RunFor(Moment);
        Assert.True(Heard(world) > heard);
        Assert.Contains(Late, Messages(world));
        var uses = Uses(transport);
        foreach (var bound in granted.Where(bound => bound.Ssrc != Repairs))
        {
            Assert.True(UseOf(uses, bound).Used > bound.Last, $"{bound} is still waited for.");
        }

        Assert.False(transport.HasLapsed);
        Assert.False(transport.IsWanting);
    }

    /// <summary>Whichever of them is granted alone, the others are not used.</summary>
    [Theory]
    [InlineData(IndexSpace.Rtp)]
    [InlineData(IndexSpace.Rtcp)]
    [InlineData(IndexSpace.Record)]
    public void Grant_OfOneSpace_IsNotOneOfTheOthers(IndexSpace space)
    {
        using var world = ConnectBothWays();
        var transport = world.Node.Peer.Transport;
        transport.LimitIndices();
        var granted = Uses(transport)
            .Select(use =>
                use.Granted with
                {
                    Last = use.Used + (use.Granted.Space == space ? 5 : 0),
                }
            )
            .ToList();
        foreach (var bound in granted.Where(bound => bound.Space == space))
        {
            Assert.True(transport.Grant(bound, askAfter: 0));
        }

        Send(world, Late);
        world.Simulation.RunFor(Moment);
        AssertBelow(granted, transport);
    }

    /// <summary>A node that sends media and messages, and loses what it may not send.</summary>
    private static HandoverWorld ConnectBothWays()
    {
        var world = new HandoverWorld(Seeds.Next(), LinkPresets.Lan);
        world.Attach(
            new DataChannelOptions
            {
                NegotiatedId = Channel,
                Label = "l",
                Protocol = "p",
            }
        );
        world.Connect();
        world.Simulation.RunFor(Moment);
        world.Node.LosesRefused = true;
        return world;
    }

    private static void AssertBelow(List<IndexBound> granted, PeerTransport transport) =>
        Assert.All(
            Uses(transport),
            use =>
                Assert.InRange(
                    use.Used,
                    -1,
                    granted
                        .Find(bound =>
                            (bound.Space, bound.Ssrc) == (use.Granted.Space, use.Granted.Ssrc)
                        )
                        .Last
                )
        );

    private static void Grant(PeerWorld world, long last)
    {
        var transport = world.Node.Peer.Transport;
        Assert.True(transport.Grant(new(IndexSpace.Rtcp, default, last), askAfter: last));
    }

    private static void Send(HandoverWorld world, byte[] message) =>
        Assert.Equal(
            DataChannelSendResult.Accepted,
            world.Node.Peer.Transport.Channels!.Send(
                Channel,
                message,
                isBinary: true,
                world.Simulation.Now
            )
        );

    private static IEnumerable<byte[]> Messages(HandoverWorld world) =>
        world.Client.Channels!.MessagesOf(Channel);

    /// <summary>Packets of media that the client got of the node.</summary>
    private static long Heard(HandoverWorld world) =>
        world.Client.Peer.Receiver.Stats(0, 0).Packets
        + world.Client.Peer.Receiver.Stats(1, 0).Packets;

    private static IndexUse Rtcp(Peer peer) =>
        UseOf(Uses(peer.Transport), new(IndexSpace.Rtcp, default, Last: 0));

    private static IndexUse UseOf(List<IndexUse> uses, IndexBound bound) =>
        uses.Find(use => (use.Granted.Space, use.Granted.Ssrc) == (bound.Space, bound.Ssrc));

    private static List<IndexUse> Uses(PeerTransport transport)
    {
        var uses = new List<IndexUse>();
        transport.ListIndices(uses);
        return uses;
    }
}
