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
/// Remove, ShardOf, SlotOf; of joining clients Handle, IsHandshakeStep, StepHandshake, Spend, SendAll.</summary>
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

    /// <summary>Media in spans of a tenth of a second until 30 of them were believed. A collection, which
    /// the clients beside the shards cause, takes every thread's allocation buffer away and counts its
    /// rest as allocated: a span in which one happened is believed only when it shows nothing.</summary>
    private static void AssertNothingAllocated(params NodeHarness[] harnesses)
    {
        const int spansWanted = 30;
        const int spansMax = 300;
        // A shard tells its count at the end of a turn, and one with nothing to do takes a turn each half second: what a
        // collection did to it may show that much later.
        const int spansToTell = 6;
        var disturbedUntil = 0;
        var sentBefore = harnesses.Sum(harness => harness.Node.Report().PacketsSent);
        var believed = 0;
        var collections = GC.CollectionCount(generation: 0);
        for (var span = 0; span < spansMax && believed < spansWanted; span++)
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
            var isDisturbed =
                span < disturbedUntil || GC.CollectionCount(generation: 0) != collections;
            Assert.True(allocated == 0 || isDisturbed, $"The shards allocated {allocated} bytes.");
            believed += allocated == 0 ? 1 : 0;
        }

        Assert.Equal(spansWanted, believed);
        var sent = harnesses.Sum(harness => harness.Node.Report().PacketsSent) - sentBefore;
        Assert.True(sent > 750, $"Only {sent} packets were sent.");
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
