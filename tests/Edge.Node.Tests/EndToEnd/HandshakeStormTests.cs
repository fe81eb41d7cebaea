using Control.Contract;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Node.Shards.Handshakes;
using Edge.Node.Telemetry;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Many clients that join at once, while others watch.</summary>
public sealed class HandshakeStormTests
{
    private const int Video = 1;
    private const byte HandshakeRecord = 22;
    private const byte RtpFirst = 128;
    private const byte RtpLast = 191;

    /// <summary>What who joins watches: many cost the test's own thread little.</summary>
    private static readonly StreamKey Quiet = new("app", "quiet");

    /// <summary>Of Opus.</summary>
    private static readonly TimeSpan SoundInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>The shard is held until ClientHellos and, behind them, media wait in its socket. The kernel's stamps say in
    /// which order it sent what it made of them.</summary>
    [Fact]
    public async Task Receive_MediaBehindManyClientHellos_IsForwardedFirst()
    {
        const int joining = 24;
        const int answeredBeforeMax = 2;
        var sockets = new StampedSockets();
        await using var harness = new NodeHarness(NodeHarness.Options() with { Shards = 1 })
        {
            Opens = sockets.Open,
        };
        var (publisher, viewer) = await WatchAsync(harness);
        var shard = harness.Node.Shards[0];
        var joiners = await CheckAsync(harness, shard, joining);
        using (Hold(shard))
        {
            joiners.ForEach(joiner => joiner.Pump(harness.Now));
            while (viewer.Pump(harness.Now)) { }

            var sound = harness.Now + SoundInterval;
            while (harness.Now < sound)
            {
                _ = publisher.Pump(harness.Now);
            }
        }

        var media = Arrival(sockets, viewer, RtpFirst, RtpLast);
        var answered = joiners.Count(joiner =>
            Arrival(sockets, joiner, HandshakeRecord, HandshakeRecord) < media
        );
        Assert.InRange(answered, 0, answeredBeforeMax);
    }

    /// <summary>All ClientHellos wait when the shard comes to them. More come than may wait: the rest is repeated, and nothing
    /// else is dropped for them. What viewers get is not looked at: the test's own thread shakes hands with all, and to who is
    /// looked after three times a second the node sends as over a bad network.</summary>
    [Fact]
    public async Task Receive_ThreeHundredJoinWhileTwentyWatch_AllConnectAndNothingElseIsDropped()
    {
        const int watching = 20;
        const int joining = 300;
        await using var harness = new NodeHarness(NodeHarness.Options() with { Shards = 1 });
        var (_, first) = await WatchAsync(harness);
        List<SocketClient> viewers = [first];
        while (viewers.Count < watching)
        {
            viewers.Add(await harness.PlayAsync());
        }

        harness.RunUntil(
            () => viewers.TrueForAll(viewer => viewer.Client.Played[Video].CompleteFrames >= 10),
            "Not all watch."
        );
        var shard = harness.Node.Shards[0];
        var steps = shard.Stats.HandshakeSteps;
        var joiners = await CheckAsync(harness, shard, joining);
        using (Hold(shard))
        {
            joiners.ForEach(joiner => joiner.Pump(harness.Now));
        }

        harness.RunUntil(
            () => joiners.TrueForAll(joiner => joiner.Client.ConnectedAt.IsSet),
            "Not all connected."
        );

        Assert.InRange(
            shard.Stats.HandshakesPutOff,
            HandshakeQueue<Session>.CountMax / 2,
            int.MaxValue
        );
        Assert.InRange(shard.Stats.HandshakeSteps - steps, 2 * joining, int.MaxValue);
        Assert.InRange(shard.Stats.Drops[(int)ShardDrop.HandshakesFull], 1, int.MaxValue);
        foreach (
            var drop in (ShardDrop[])
                [ShardDrop.NoSlot, ShardDrop.SendRefused, ShardDrop.UnknownSession]
        )
        {
            Assert.Equal(0, shard.Stats.Drops[(int)drop]);
        }

        Assert.Equal(0, shard.Stats.Faults);
    }

    /// <summary>Clients whose checks are answered, which they do not know yet.</summary>
    private static async Task<List<SocketClient>> CheckAsync(
        NodeHarness harness,
        Shard shard,
        int count
    )
    {
        var joiners = new List<SocketClient>();
        for (var index = 0; index < count; index++)
        {
            joiners.Add(await harness.PlayAsync(Quiet));
        }

        var sent = shard.Stats.Sent;
        joiners.ForEach(joiner => joiner.Pump(harness.Now));
        Until(() => shard.Stats.Sent >= sent + count);
        return joiners;
    }

    /// <summary>Holds the shard's thread: what clients send meanwhile waits in its socket.</summary>
    private static HeldThread<ShardFigures> Hold(Shard shard)
    {
        var held = new HeldThread<ShardFigures>();
        Assert.True(shard.TryPost(new ShardCommand.Report(held.Completion)));
        Assert.True(held.TryAwait());
        return held;
    }

    private static async Task<(SocketClient Publisher, SocketClient Viewer)> WatchAsync(
        NodeHarness harness
    )
    {
        var quiet = await harness.PublishAsync(
            new SyntheticVideoOptions { FramesPerSecond = 1, PacketsPerFrame = 1 },
            stream: Quiet,
            audio: new SyntheticAudio { IsSilent = true }
        );
        harness.RunUntil(() => quiet.Client.ConnectedAt.IsSet, "The quiet one did not connect.");
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewer = await harness.PlayAsync();
        harness.RunUntil(
            () => viewer.Client.Played[Video].CompleteFrames >= 10,
            "The viewer does not watch."
        );
        return (publisher, viewer);
    }

    private static TimeSpan Arrival(StampedSockets sockets, SocketClient client, byte from, byte to)
    {
        TimeSpan? arrived = null;
        Until(() => (arrived = sockets.FirstArrival(client.Local, from, to)) is not null);
        return arrived!.Value;
    }

    private static void Until(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)));
}
