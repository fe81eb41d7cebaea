using Edge.Primitives;
using Edge.Protocol.Congestion;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>A publisher hears how much of what it sends can be used.</summary>
public sealed class ReceiveLimitScenarios
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(0.3);

    [Fact]
    public void Limit_TransportWideFeedback_IsHeardBesideItAndLifted()
    {
        using var world = Start(hasTransportCc: true, hasRemb: true);
        Assert.True(world.Node.Peer.Receiver.TakesLimit);
        Assert.Equal(Bitrate.Zero, Heard(world));

        world.Node.Peer.Receiver.Limit(Bitrate.FromKilobits(512), world.Simulation.Now);
        world.Simulation.RunFor(Moment);
        Assert.Equal(Bitrate.FromKilobits(512), Heard(world));
        Assert.True(world.Client.Peer.Sender.Bandwidth!.Estimate <= Bitrate.FromKilobits(512));

        world.Node.Peer.Receiver.Limit(Bitrate.Unlimited, world.Simulation.Now);
        world.Simulation.RunFor(Moment);
        Assert.InRange(Heard(world).BitsPerSecond, 99_000_000, 100_000_000);
    }

    /// <summary>Never above what its network was found to carry.</summary>
    [Fact]
    public void Limit_EstimateAlone_IsTheLowerOfBoth()
    {
        using var world = Start(hasTransportCc: false, hasRemb: true);
        var found = Heard(world);
        Assert.True(found > RembReceiver.Least);

        world.Node.Peer.Receiver.Limit(Bitrate.FromKilobits(256), world.Simulation.Now);
        world.Simulation.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal(Bitrate.FromKilobits(256), Heard(world));

        world.Node.Peer.Receiver.Limit(Bitrate.Unlimited, world.Simulation.Now);
        world.Simulation.RunFor(TimeSpan.FromSeconds(1.5));
        Assert.InRange(Heard(world).BitsPerSecond, found.BitsPerSecond / 2, 20_000_000);
    }

    [Fact]
    public void TakesLimit_NotAgreed_IsFalse()
    {
        using var world = Start(hasTransportCc: true, hasRemb: false);

        Assert.False(world.Node.Peer.Receiver.TakesLimit);
    }

    private static PeerWorld Start(bool hasTransportCc, bool hasRemb)
    {
        var video = Agreements.Video with
        {
            Codec = Agreements.Video.Codec with
            {
                HasTransportCc = hasTransportCc,
                HasRemb = hasRemb,
            },
        };
        var world = new PeerWorld(Seeds.Next(), media: [video]);
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(3));
        return world;
    }

    private static Bitrate Heard(PeerWorld world) => world.Client.Peer.Sender.ReceiverEstimate;
}
