using Edge.Node.Sessions;
using Edge.Testing;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>The packet path of a running node allocates nothing. The shards count what their own threads
/// allocate, so the count covers every member that a turn of the loop goes through: Turn, Wait, Wake,
/// WakeIfAsleep, WakeOthers, Now, Receive, Received, Give, Refill, Bytes, Route, TryFindSession,
/// HandOver, Deliver, Drop, TakeFromShards, HandleDatagram, HandleMedia, HandleSignal, Signal, NoteFlow,
/// Ingest, Packet, TryBeginAnew, TryReplica, TryFollow, SendAcross, SendTo, LocalFor,
/// NextSlot, Commit, Flush, Release, RunTimers, Arm, Set, Clear, Deadline, SettleSessions, TrySettle,
/// Settle, TakeFeedback, HandleFeedback, Transmit, SettleReplicas, WantKeyFrame.</summary>
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
        Assert.Equal(0, AllocatedInAQuietSecond(harness));
    }

    /// <summary>The least that the shards allocate in a second of steady media. A collection, which the
    /// clients beside them cause, takes every thread's allocation buffer away and counts its rest as
    /// allocated; what a packet allocates, every second shows.</summary>
    private static long AllocatedInAQuietSecond(NodeHarness harness)
    {
        const int secondsMax = 10;
        var least = long.MaxValue;
        for (var second = 0; second < secondsMax && least != 0; second++)
        {
            var before = Allocated(harness);
            var sentBefore = harness.Node.Report().PacketsSent;
            harness.RunFor(1);

            Assert.True(harness.Node.Report().PacketsSent - sentBefore > 250);
            least = Math.Min(least, Allocated(harness).Sum() - before.Sum());
        }

        return least;
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
