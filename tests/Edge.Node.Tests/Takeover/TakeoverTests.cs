using Edge.Node.Sessions;
using Edge.Node.Takeover;
using Edge.Node.Tests.EndToEnd;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.Takeover;

/// <summary>Nodes that keep each other's sessions: one ends without a word, and its sessions go on at the others.</summary>
public sealed class TakeoverTests
{
    private const int Video = 1;

    [Fact]
    public async Task Kill_PublisherAndViewers_GoOnAtTheOthers()
    {
        await using var pop = new PopHarness(3, hasMesh: true, change: Keeping);
        pop.RunUntilNodesMeet();
        var publisher = await pop.First.PublishAsync();
        pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "The publisher did not connect.");
        List<SocketClient> viewers = [await pop.First.PlayAsync(), await pop.First.PlayAsync()];
        pop.RunUntilAllGoOn(viewers, Video, frames: 40);
        pop.RunUntil(
            () => pop.First.Node.State.Takeover!.Figures.Protected == 3,
            "The sessions are not kept elsewhere."
        );
        pop.First.RunFor(1.5);

        await SilentEnd.OfFirstAsync(pop);
        pop.RunUntilAllGoOn(viewers, Video, frames: 60);

        Assert.Equal(3, pop.Nodes[1].Node.SessionCount + pop.Nodes[2].Node.SessionCount);
        foreach (var client in viewers.Append(publisher))
        {
            Assert.Equal(0, client.Client.Peer.Transport.Dropped(DropReason.Replayed));
            Assert.Equal(0, client.Client.Peer.Transport.Dropped(DropReason.NotAuthentic));
        }

        Assert.Equal(0, pop.Nodes.Skip(1).Sum(Faults));
    }

    /// <summary>A drain goes on as ever, whoever keeps the sessions, and they are kept where they are then.</summary>
    [Fact]
    public async Task Drain_SessionsAreKept_NobodyNoticesAndTheyAreKeptAgain()
    {
        await using var pop = new PopHarness(
            3,
            hasMesh: true,
            change: options => PopHarness.Patient(Keeping(options))
        );
        pop.RunUntilNodesMeet();
        var publisher = await pop.First.PublishAsync();
        pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "The publisher did not connect.");
        List<SocketClient> viewers = [await pop.First.PlayAsync(), await pop.First.PlayAsync()];
        pop.RunUntilAllGoOn(viewers, Video, frames: 40);
        pop.RunUntil(
            () => pop.First.Node.State.Takeover!.Figures.Protected == 3,
            "The sessions are not kept elsewhere."
        );

        await pop.RunAsync(async () =>
            await pop.First.Node.HandOverAsync(TimeSpan.FromSeconds(20), CancellationToken.None)
        );
        pop.RunUntilAllGoOn(viewers, Video, frames: 60);

        Assert.Equal(0, pop.First.Node.SessionCount);
        Assert.Equal(3, pop.Nodes.Skip(1).Sum(node => node.Node.SessionCount));
        Assert.All(viewers, viewer => Assert.Equal(0, viewer.Client.Played[Video].Missing));
        pop.RunUntil(
            () => pop.Nodes.Skip(1).Sum(node => node.Node.State.Takeover!.Figures.Protected) == 3,
            "The sessions are not kept elsewhere again."
        );
        foreach (var client in viewers.Append(publisher))
        {
            Assert.Equal(0, client.Client.Peer.Transport.Dropped(DropReason.Replayed));
            Assert.Equal(0, client.Client.Peer.Transport.Dropped(DropReason.NotAuthentic));
        }
    }

    private static long Faults(NodeHarness node) =>
        node.Node.State.Shards.Sum(shard => shard.Stats.Faults);

    private static MediaNodeOptions Keeping(MediaNodeOptions options) =>
        PopHarness.Staying(options) with
        {
            Takeover = MediaTakeover.Options,
        };
}
