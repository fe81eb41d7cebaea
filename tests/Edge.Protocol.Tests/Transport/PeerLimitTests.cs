using Edge.Protocol.Srtp;
using Edge.Protocol.Transport;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>A peer says what it was granted, and waits for the rest.</summary>
public sealed class PeerLimitTests
{
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

    private static void Grant(PeerWorld world, long last)
    {
        var transport = world.Node.Peer.Transport;
        Assert.True(transport.Grant(new(IndexSpace.Rtcp, default, last), askAfter: last));
    }

    private static IndexUse Rtcp(Peer peer)
    {
        var uses = new List<IndexUse>();
        peer.Transport.ListIndices(uses);
        return uses.Find(use => use.Granted.Space == IndexSpace.Rtcp);
    }
}
