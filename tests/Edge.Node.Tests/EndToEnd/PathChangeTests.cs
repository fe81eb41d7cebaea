using Control.Contract;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Testing.Clients;
using Edge.Wire.Sdp;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Flows that change: another port, another shard, another ICE session.</summary>
public sealed class PathChangeTests
{
    private const int Video = 1;

    /// <summary>Chosen: none of them has to move once in 10^12 runs.</summary>
    private const int ViewersMax = 40;

    [Fact]
    public async Task Rebind_Publisher_MediaGoesOnFromAnyShard()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewer = await harness.PlayAsync();
        var video = viewer.Client.Played[Video];
        harness.RunUntil(() => video.CompleteFrames >= 10, "The viewer did not start.");
        for (var round = 0; round < 3; round++)
        {
            publisher.Rebind();
            harness.RunFor(0.2);
            var before = video.CompleteFrames;
            harness.RunUntil(
                () => video.CompleteFrames >= before + 15,
                "Media did not go on after the publisher's port changed."
            );
        }

        Assert.Equal(0, video.BackwardTimestamps);
    }

    /// <summary>Sessions are made on shards in turn and flows arrive by the kernel's hash, so that about
    /// every second one has to move.</summary>
    [Fact]
    public async Task Join_FlowArrivesAtAnotherShard_SessionMovesThere()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewers = new List<SocketClient>();
        while (Count(harness, stats => stats.Moves) == 0)
        {
            Assert.True(viewers.Count < ViewersMax, "No session moved.");
            var viewer = await harness.PlayAsync();
            viewers.Add(viewer);
            harness.RunUntil(
                () => viewer.Client.Played[Video].CompleteFrames >= 5,
                "The viewer did not start."
            );
        }

        // Only the checks before a session was placed are handed over; media then arrives at home.
        var before = Count(harness, stats => stats.HandedOver);
        Assert.True(before > 0);
        harness.RunFor(1);
        Assert.Equal(before, Count(harness, stats => stats.HandedOver));
    }

    [Fact]
    public async Task UpdateIce_Restart_MediaGoesOnUnderNewCredentials()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewer = await harness.PlayAsync();
        var video = viewer.Client.Played[Video];
        harness.RunUntil(() => video.CompleteFrames >= 10, "The viewer did not start.");
        var key = new SessionKey("app", viewer.SessionId);
        var report = await harness.DescribeAsync(viewer);
        var credentials = IceCredentials.Create(Prng.FromNumber(7));
        var fragment = new TrickleFragment
        {
            UsernameFragment = credentials.UsernameFragment,
            Password = credentials.Password,
        };

        var stale = await harness.Node.UpdateIceAsync(
            new IceUpdateRequest(key, fragment.Write(), IfMatch: "other"),
            CancellationToken.None
        );
        Assert.Equal(report!.IceTag, Assert.IsType<IceUpdateResult.Stale>(stale).IceTag);

        var result = await harness.Node.UpdateIceAsync(
            new IceUpdateRequest(key, fragment.Write(), report.IceTag),
            CancellationToken.None
        );
        var restarted = Assert.IsType<IceUpdateResult.Restarted>(result);
        Assert.NotEqual(report.IceTag, restarted.IceTag, StringComparer.Ordinal);
        Assert.True(TrickleFragment.TryParse(restarted.Fragment, out var answer, out _));
        var ice = viewer.Client.Peer.Transport.Ice;
        ice.RestartLocal(
            credentials,
            new IceCredentials(answer!.UsernameFragment!, answer.Password!),
            harness.Now
        );
        ice.AddRemoteCandidate(harness.Node.Candidates[0], harness.Now);

        harness.RunFor(0.5);
        var before = video.CompleteFrames;
        harness.RunUntil(
            () => video.CompleteFrames >= before + 15,
            "Media did not go on after the restart."
        );
        Assert.Equal(restarted.IceTag, (await harness.DescribeAsync(viewer))!.IceTag);
        Assert.IsType<IceUpdateResult.NotFound>(
            await harness.Node.UpdateIceAsync(
                new IceUpdateRequest(new("app", "nobody"), fragment.Write(), null),
                CancellationToken.None
            )
        );
        Assert.IsType<IceUpdateResult.Refused>(
            await harness.Node.UpdateIceAsync(
                new IceUpdateRequest(key, "nonsense", null),
                CancellationToken.None
            )
        );
    }

    private static long Count(NodeHarness harness, Func<ShardStats, long> counter)
    {
        long total = 0;
        foreach (var shard in harness.Node.Shards)
        {
            total += counter(shard.Stats);
        }

        return total;
    }
}
