using Edge.Native.Sockets;
using Edge.Node.Shards.Connections;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Shards.Connections;

/// <summary>What waits for room in a connection.</summary>
public sealed class FrameQueueTests
{
    private const int FrameBytes = 100;

    private readonly PacketPool _pool = new(index: 0, slots: 1024);

    [Fact]
    public void Remove_BytesCutAnywhere_FramesGoInOrderAndSlotsComeBack()
    {
        var random = Seeds.Random();
        var queue = Queue();
        var batch = new GatherBatch();
        for (var round = 0; round < 200; round++)
        {
            var frames = 1 + random.NextInt32(FrameQueue.FramesMax);
            for (var count = 0; count < frames; count++)
            {
                Assert.True(Add(queue, Instant.Zero));
            }

            var left = frames * FrameBytes;
            var gone = 0;
            while (left > 0)
            {
                var sent = Math.Min(left, 1 + random.NextInt32(1000));
                left -= sent;
                gone += queue.Remove(sent);
                Assert.Equal(frames - gone, queue.Count);
                Assert.Equal((left + FrameBytes - 1) / FrameBytes, queue.Count);
            }

            Assert.Equal(_pool.Slots, _pool.CountFree());
        }

        queue.Fill(batch);
        Assert.Equal(0, batch.Count);
    }

    [Fact]
    public void TryAdd_AsManyAsThereMayBe_FurtherOnesFindNoPlace()
    {
        var queue = Queue();
        for (var count = 0; count < FrameQueue.FramesMax; count++)
        {
            Assert.Equal(count >= FrameQueue.MediaFramesMax, queue.IsTooLong(Instant.Zero));
            Assert.True(Add(queue, Instant.Zero));
        }

        Assert.False(Add(queue, Instant.Zero));
        queue.Clear();
        Assert.Equal(0, queue.Count);
        Assert.True(Add(queue, Instant.Zero));
    }

    [Fact]
    public void IsTooLong_FirstWaitsLongerThanMediaMay_True()
    {
        var queue = Queue();
        Assert.False(queue.IsTooLong(Instant.FromMilliseconds(10_000)));
        _ = Add(queue, Instant.FromMilliseconds(1000));
        _ = Add(queue, Instant.FromMilliseconds(1100));
        Assert.False(queue.IsTooLong(Instant.FromMilliseconds(1150)));
        Assert.True(queue.IsTooLong(Instant.FromMilliseconds(1151)));
        Assert.Equal(1, queue.Remove(FrameBytes + 1));
        Assert.False(queue.IsTooLong(Instant.FromMilliseconds(1151)));
    }

    [Fact]
    public void Fill_MoreThanABatchTakes_TheBatchIsFullAndTheRestStays()
    {
        var queue = Queue();
        var batch = new GatherBatch(capacity: 2);
        for (var count = 0; count < 3; count++)
        {
            _ = Add(queue, Instant.Zero);
        }

        queue.Fill(batch);
        Assert.True(batch.IsFull);
        Assert.Equal(3, queue.Count);
    }

    /// <summary>[HotPath] TryAdd, Fill, Remove, IsTooLong.</summary>
    [Fact]
    public void TryAdd_Fill_Remove_IsTooLong_AllocateNothing()
    {
        var queue = Queue();
        var batch = new GatherBatch(capacity: 20_000);
        _ = Add(queue, Instant.Zero);
        _ = queue.Remove(FrameBytes);
        AllocationAssert.None(
            () =>
            {
                if (!queue.IsTooLong(Instant.Zero))
                {
                    _ = Add(queue, Instant.Zero);
                }

                queue.Fill(batch);
                _ = queue.Remove(FrameBytes);
            },
            iterations: 10_000
        );
    }

    private FrameQueue Queue() => new([_pool]);

    private bool Add(FrameQueue queue, Instant now)
    {
        Assert.True(_pool.TryRent(out var handle));
        if (queue.TryAdd(handle, FrameBytes, now))
        {
            return true;
        }

        _pool.Release(handle);
        return false;
    }
}
