using Edge.Protocol.Dtls;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>A publisher and a node over networks good and bad.</summary>
public sealed class PeerScenarios
{
    private static readonly TimeSpan Call = TimeSpan.FromSeconds(10);

    [Fact]
    public void Publish_PerfectNetwork_EveryPacketArrives()
    {
        using var world = new PeerWorld(Seeds.Next());
        world.Connect();

        world.Simulation.RunFor(Call);

        Assert.InRange(world.Node.Played[1].CompleteFrames, 295, 302);
        Assert.Equal(0, world.Node.Played[0].Missing);
        Assert.Equal(0, world.Node.Played[1].Missing);
        Assert.Equal(0, world.Node.Played[1].Recovered);
    }

    /// <summary>FFmpeg is the DTLS server: we are the client.</summary>
    [Fact]
    public void Publish_NodeIsDtlsClient_Connects()
    {
        using var world = new PeerWorld(Seeds.Next(), nodeRole: DtlsRole.Client);
        world.Connect();

        world.Simulation.RunFor(TimeSpan.FromSeconds(1));

        Assert.True(world.Node.Played[1].CompleteFrames > 25);
    }

    [Fact]
    public void Publish_AnyPreset_VideoIsRepairedByRetransmission() =>
        Seeds.Check(
            (seed, _) =>
            {
                foreach (var (name, conditions) in LinkPresets.All)
                {
                    using var world = new PeerWorld(seed, conditions);
                    world.Connect();
                    world.Simulation.RunFor(Call);
                    // What is still on its way or being asked for at the end is not lost.
                    var played = world.Node.Played[1];
                    Assert.True(played.Packets > 800, $"{name}: {played.Packets} packets.");
                    Assert.True(played.Missing <= 12, $"{name}: {played.Missing} missing.");
                }
            },
            rounds: 2
        );

    [Fact]
    public void Publish_Simulcast_EachLayerIsAStreamOfItsOwn()
    {
        using var world = new PeerWorld(
            Seeds.Next(),
            LinkPresets.WifiLossy,
            [Agreements.Simulcast]
        );
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(3));

        for (var layer = 0; layer < 3; layer++)
        {
            Assert.InRange(world.Node.Peer.Receiver.Stats(0, layer).Packets, 230, 300);
        }
    }

    [Fact]
    public void RequestKeyFrame_Asked_PublisherMakesOne()
    {
        using var world = new PeerWorld(Seeds.Next(), LinkPresets.Wifi);
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(1, world.Node.Played[1].CompleteKeyFrames);

        world.Node.Peer.Receiver.RequestKeyFrame(1, 0, world.Simulation.Now);
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(2, world.Node.Played[1].CompleteKeyFrames);
    }

    [Fact]
    public void Reports_BothWays_MeasureTheRoundTrip()
    {
        using var world = new PeerWorld(
            Seeds.Next(),
            new LinkConditions { Delay = TimeSpan.FromMilliseconds(40) }
        );
        world.Connect();

        world.Simulation.RunFor(TimeSpan.FromSeconds(5));

        Assert.InRange(world.Client.Peer.Sender.RoundTrip.TotalMilliseconds, 79, 82);
    }

    [Fact]
    public void Close_ByTheClient_NodeLearnsIt()
    {
        using var world = new PeerWorld(Seeds.Next(), LinkPresets.Lan);
        world.Connect();

        world.Client.Close(world.Simulation.Now);
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(PeerState.Closed, world.NodeTransport.State);
        Assert.Equal(PeerClosedReason.ClosedByPeer, world.NodeTransport.ClosedReason);
    }

    [Fact]
    public void SameSeed_TwoRuns_SameTrace()
    {
        var seed = Seeds.Next();
        Assert.Equal(Trace(seed), Trace(seed));

        static ulong Trace(ulong seed)
        {
            using var world = new PeerWorld(seed, LinkPresets.Congested);
            world.Simulation.RunFor(TimeSpan.FromSeconds(5));
            return world.Simulation.Trace;
        }
    }
}
