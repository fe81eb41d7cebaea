using Control.Contract;
using Control.Contract.Calls;
using Edge.Node.Sessions;
using Edge.Testing;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>The packet path of a running node allocates nothing. The shards count what their own threads
/// allocate, so the count covers every member that a turn of the loop goes through: Turn, Wait, Wake,
/// WakeIfAsleep, WakeOthers, Now, Receive, Received, Give, Refill, Bytes, Route, TryFindSession, TryFindOwner,
/// HandOver, Deliver, Drop, TakeFromShards, TakeSignals, TryFindByFlow, HandleDatagram, HandleMedia,
/// HandleSignal, Signal, NoteFlow, NoteRoute, IsAnothers, ProofOf, Ingest, NoteMedia, Packet, TryBeginAnew, TryReplica, TryFollow, SendAcross, SendTo, LocalFor,
/// NextSlot, Commit, Flush, Release, RunTimers, Arm, Set, Clear, Deadline, SettleSessions, TrySettle,
/// Settle, TakeFeedback, HandleFeedback, Transmit, SettleReplicas, WantKeyFrame, Hear, TryReadLevel, Admits,
/// SettleListeners, TryTell, LimitUplink, PollTimeout; between nodes of a PoP TryFindOpening, PassOn, TrySteer, SendHop, TakeHop, TryReadFragment, SaysPlace, Claim,
/// Write, TryRead, TryFind, TryFindHop; over TCP AcceptConnections, Look, ServeConnections, TakePacket,
/// CommitToConnection, TakeReplies, Enqueue, FlushConnections, Send, TryKeep, TryFind, At, IsTooLong, TryAdd, Fill,
/// Remove, ShardOf, SlotOf; to nodes that watch Carry, SendCarried, TakePackets, Take, Describe, TryPublish, FlushBuses; of joining clients Handle, IsHandshakeStep, StepHandshake, Spend, SendAll.</summary>
public sealed class NodeAllocationTests
{
    private const int Video = 1;

    [Fact]
    public async Task Turn_SteadyMediaToBothShards_AllocatesNothing()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewers = new List<SocketClient>();
        for (var index = 0; index < 8; index++)
        {
            viewers.Add(await harness.PlayAsync());
        }

        harness.RunUntil(
            () => viewers.TrueForAll(viewer => viewer.Client.Played[Video].CompleteFrames >= 60),
            "Not every viewer got two seconds of video."
        );

        var before = Allocated(harness);
        Assert.All(
            before,
            bytes => Assert.True(bytes > 0, "Joins allocate: the count must show it.")
        );
        AssertNothingAllocated(harness);
    }

    /// <summary>Two speak on, one is silent, and everybody hears the loudest of the three.</summary>
    [Fact]
    public async Task Turn_SteadySpeechToWhoHearsTheLoudest_AllocatesNothing()
    {
        await using var harness = new NodeHarness();
        var lab = await SpeechLab.GatherAsync(harness, people: 3);
        var viewers = new List<SocketClient>();
        for (var index = 0; index < 8; index++)
        {
            viewers.Add(await lab.PullAsync(harness, new AudioChoice { LoudestMax = 1 }));
        }

        lab.Voices[0].Say(20);
        lab.Voices[1].Say(22);
        harness.RunUntil(
            () => viewers.TrueForAll(viewer => viewer.Client.Played.Sum(one => one.Packets) > 100),
            "Not every viewer got two seconds of sound."
        );

        AssertNothingAllocated(harness);
    }

    /// <summary>What publishers and viewers send comes to either of two nodes, and goes from one to the other.</summary>
    [Fact]
    public async Task Turn_SteadyMediaPassedOnToItsNode_AllocatesNothing()
    {
        await using var pop = new PopHarness(2);
        var publishers = new List<SocketClient>();
        for (var index = 0; index < 8; index++)
        {
            var stream = new StreamKey("app", $"stream {index}");
            publishers.Add(await pop.First.PublishAsync(stream: stream));
        }

        pop.RunUntil(
            () => publishers.TrueForAll(publisher => publisher.Client.ConnectedAt.IsSet),
            "Not every publisher connected."
        );
        var viewers = new List<SocketClient>();
        for (var index = 0; index < 4; index++)
        {
            viewers.Add(await pop.First.PlayAsync(new StreamKey("app", $"stream {index}")));
        }

        pop.RunUntil(
            () =>
                viewers.TrueForAll(viewer => viewer.Client.Played[Video].CompleteFrames >= 60)
                && pop.PassedOn > 1000,
            "Not every viewer got two seconds of video, or too little was passed on."
        );

        AssertNothingAllocated([.. pop.Nodes]);
    }

    /// <summary>What is published at one node is watched at another, over a real bus: a shard sends it itself, and
    /// allocates nothing but what it says of the track's layers twice a second.</summary>
    [Fact]
    public async Task Turn_SteadyMediaToAnotherNode_AllocatesNothingForAPacket()
    {
        await using var bus = new LanPair();
        await bus.UntilJoinedAsync();
        await using var home = new NodeHarness(bus.First(NodeHarness.Options()));
        await using var away = new NodeHarness(bus.Second(NodeHarness.Options())) { Beside = home };
        var publisher = await home.PushAsync();
        away.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "The publisher did not connect.");
        away.RunFor(0.2);
        var viewers = new List<SocketClient>();
        for (var index = 0; index < 4; index++)
        {
            viewers.Add(
                await away.PullAsync("app", NodeHarness.Remote(publisher.SessionId, "cam"))
            );
        }

        away.RunUntil(
            () => viewers.TrueForAll(viewer => viewer.Client.Played[0].CompleteFrames >= 60),
            "Not every viewer got two seconds of video."
        );

        const int packetsWanted = 500;
        var packetsBefore = home.Node.Engine!.Stats.PacketsOut;
        const int bytesAPacketMax = 8;
        long packets = 0;
        long bytes = 0;
        foreach (var (allocated, isDisturbed) in Spans([home, away]))
        {
            var carried = home.Node.Engine!.Stats.PacketsOut;
            packets += isDisturbed ? 0 : carried - packetsBefore;
            bytes += isDisturbed ? 0 : allocated;
            packetsBefore = carried;
            if (packets >= packetsWanted)
            {
                break;
            }
        }

        Assert.True(packets >= packetsWanted, $"Only {packets} packets were sent undisturbed.");
        Assert.True(
            bytes < packets * bytesAPacketMax,
            $"The shards allocated {bytes} bytes for {packets} packets."
        );
    }

    /// <summary>All media comes and goes over TCP.</summary>
    [Fact]
    public async Task Turn_SteadyMediaOverTcp_AllocatesNothing()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync();
        publisher.Dial(harness.Node.Candidates[0]);
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewers = new List<SocketClient>();
        for (var index = 0; index < 8; index++)
        {
            var viewer = await harness.PlayAsync();
            viewer.Dial(harness.Node.Candidates[0]);
            viewers.Add(viewer);
        }

        harness.RunUntil(
            () => viewers.TrueForAll(viewer => viewer.Client.Played[Video].CompleteFrames >= 60),
            "Not every viewer got two seconds of video."
        );

        AssertNothingAllocated(harness);
    }

    /// <summary>Media in spans of a tenth of a second until 30 of them were believed.</summary>
    private static void AssertNothingAllocated(params NodeHarness[] harnesses)
    {
        const int spansWanted = 30;
        var sentBefore = harnesses.Sum(harness => harness.Node.Report().PacketsSent);
        var believed = 0;
        foreach (var (allocated, isDisturbed) in Spans(harnesses))
        {
            Assert.True(allocated == 0 || isDisturbed, $"The shards allocated {allocated} bytes.");
            believed += allocated == 0 ? 1 : 0;
            if (believed == spansWanted)
            {
                break;
            }
        }

        Assert.Equal(spansWanted, believed);
        var sent = harnesses.Sum(harness => harness.Node.Report().PacketsSent) - sentBefore;
        Assert.True(sent > 750, $"Only {sent} packets were sent.");
    }

    /// <summary>Media in spans of a tenth of a second, and what shards allocated in each. A collection, which
    /// the clients beside the shards cause, takes every thread's allocation buffer away and counts its
    /// rest as allocated: a span in which one happened is believed only when it shows nothing.</summary>
    private static IEnumerable<(long Allocated, bool IsDisturbed)> Spans(NodeHarness[] harnesses)
    {
        const int spansMax = 300;
        // A shard tells its count at the end of a turn, and one with nothing to do takes a turn each half second: what a
        // collection did to it may show that much later.
        const int spansToTell = 6;
        var disturbedUntil = 0;
        var collections = GC.CollectionCount(generation: 0);
        for (var span = 0; span < spansMax; span++)
        {
            var collectionsEarlier = collections;
            collections = GC.CollectionCount(generation: 0);
            if (collections != collectionsEarlier)
            {
                disturbedUntil = span + spansToTell;
            }

            var before = harnesses.Sum(harness => Allocated(harness).Sum());
            harnesses[^1].RunFor(0.1);
            var allocated = harnesses.Sum(harness => Allocated(harness).Sum()) - before;
            yield return (
                allocated,
                span < disturbedUntil || GC.CollectionCount(generation: 0) != collections
            );
        }
    }

    [Fact]
    public void TryFindByFragment_KnownAndUnknown_AllocatesNothing()
    {
        var directory = new SessionDirectory();
        AllocationAssert.None(() =>
        {
            _ = directory.TryFindByFragment("unknown"u8, out _);
        });
    }

    private static long[] Allocated(NodeHarness harness)
    {
        var bytes = new long[harness.Node.Shards.Length];
        for (var shard = 0; shard < bytes.Length; shard++)
        {
            bytes[shard] = harness.Node.Shards[shard].Stats.AllocatedBytes;
        }

        return bytes;
    }
}
