using Control.Contract;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Edge.Wire.Sdp;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Sessions that go to another shard while media flows. What makes them move is what does in
/// production: their client nominates another flow, and the kernel gives that to another shard's socket.</summary>
public sealed class MoveTests
{
    private const int Video = 1;
    private const int MovesWanted = 3;

    /// <summary>Chosen: fewer than three of so many flows hash to the other shard once in 10^9 runs.</summary>
    private const int FlowsMax = 60;

    [Fact]
    public async Task Viewer_MovesDuringMedia_MediaGoesOnAndNoPacketIndexRepeats()
    {
        await using var harness = new NodeHarness();
        var (_, viewer) = await StartAsync(harness);

        await MoveAsync(harness, viewer, viewer);

        AssertUnbroken(harness, viewer);
    }

    [Fact]
    public async Task Publisher_MovesDuringMedia_MediaGoesOnAndNoPacketIndexRepeats()
    {
        await using var harness = new NodeHarness();
        var (publisher, viewer) = await StartAsync(harness);

        await MoveAsync(harness, publisher, viewer);

        AssertUnbroken(harness, viewer);
        Assert.Equal(0, Drops(publisher, DropReason.Replayed));
    }

    private static async Task<(SocketClient Publisher, SocketClient Viewer)> StartAsync(
        NodeHarness harness
    )
    {
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewer = await harness.PlayAsync();
        harness.RunUntil(
            () => viewer.Client.Played[Video].CompleteFrames >= 10,
            "The viewer did not start."
        );
        return (publisher, viewer);
    }

    /// <summary>Gives a client other flows until its session has moved often enough.</summary>
    private static async Task MoveAsync(
        NodeHarness harness,
        SocketClient client,
        SocketClient viewer
    )
    {
        var before = Moves(harness);
        for (var flow = 0; Moves(harness) < before + MovesWanted; flow++)
        {
            Assert.True(flow < FlowsMax, "The session did not move.");
            client.Rebind();
            await RestartAsync(harness, client, (ulong)flow);
            var frames = viewer.Client.Played[Video].CompleteFrames;
            harness.RunUntil(
                () => viewer.Client.Played[Video].CompleteFrames >= frames + 10,
                $"Media did not go on over flow {flow}."
            );
        }
    }

    /// <summary>An ICE restart, which nominates the client's new flow.</summary>
    private static async Task RestartAsync(NodeHarness harness, SocketClient client, ulong seed)
    {
        var credentials = IceCredentials.Create(Prng.FromNumber(seed));
        var fragment = new TrickleFragment
        {
            UsernameFragment = credentials.UsernameFragment,
            Password = credentials.Password,
        };
        var result = await harness.Node.UpdateIceAsync(
            new IceUpdateRequest(new("app", client.SessionId), fragment.Write(), IfMatch: null),
            CancellationToken.None
        );
        var restarted = Assert.IsType<IceUpdateResult.Restarted>(result);
        Assert.True(TrickleFragment.TryParse(restarted.Fragment, out var answer, out _));
        var ice = client.Client.Peer.Transport.Ice;
        ice.RestartLocal(
            credentials,
            new IceCredentials(answer!.UsernameFragment!, answer.Password!),
            harness.Now
        );
        ice.AddRemoteCandidate(harness.Node.Candidates[0], harness.Now);
    }

    /// <summary>The viewer's SRTP session lives through all moves: an index used twice would be a replay
    /// to it, a lost roll-over counter would not authenticate.</summary>
    private static void AssertUnbroken(NodeHarness harness, SocketClient viewer)
    {
        Assert.Equal(0, Drops(viewer, DropReason.Replayed));
        Assert.Equal(0, Drops(viewer, DropReason.NotAuthentic));
        Assert.Equal(0, viewer.Client.Played[Video].BackwardTimestamps);
        Assert.Equal(1, viewer.Client.Played[Video].Sources);
        foreach (var shard in harness.Node.Shards)
        {
            Assert.Equal(0, shard.Stats.Faults);
        }
    }

    private static long Drops(SocketClient client, DropReason reason) =>
        client.Client.Peer.Transport.Dropped(reason);

    private static long Moves(NodeHarness harness)
    {
        long total = 0;
        foreach (var shard in harness.Node.Shards)
        {
            total += shard.Stats.Moves;
        }

        return total;
    }
}
