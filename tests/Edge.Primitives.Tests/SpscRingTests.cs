using Edge.Testing;
using Xunit;

namespace Edge.Primitives.Tests;

/// <summary>Tests of the ring between two threads.</summary>
public sealed class SpscRingTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    [InlineData(4, 4)]
    [InlineData(1000, 1024)]
    public void Capacity_Asked_RoundedUp(int asked, int capacity) =>
        Assert.Equal(capacity, new SpscRing<int>(asked).Capacity);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Constructor_NoCapacity_Throws(int capacity) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpscRing<int>(capacity));

    [Fact]
    public void TryWrite_Full_RefusedAndOldItemsStay()
    {
        var ring = new SpscRing<int>(2);
        Assert.True(ring.IsEmpty);
        Assert.True(ring.TryWrite(1));
        Assert.True(ring.TryWrite(2));
        Assert.False(ring.TryWrite(3));
        Assert.False(ring.IsEmpty);
        Assert.True(ring.TryRead(out var first));
        Assert.True(ring.TryRead(out var second));
        Assert.Equal((1, 2), (first, second));
        Assert.False(ring.TryRead(out var none));
        Assert.Equal(0, none);
    }

    /// <summary>Goal: a ring is a bounded queue. Method: random calls against the framework's queue.</summary>
    [Fact]
    public void RandomCalls_AgainstAQueue_Agree() =>
        Seeds.Check(
            random =>
            {
                var ring = new SpscRing<int>(8);
                var queue = new Queue<int>();
                for (var step = 0; step < 10_000; step++)
                {
                    if (random.NextInt32(2) == 0)
                    {
                        var isWritten = ring.TryWrite(step);
                        Assert.Equal(queue.Count < 8, isWritten);
                        if (isWritten)
                        {
                            queue.Enqueue(step);
                        }
                    }
                    else
                    {
                        Assert.Equal(
                            queue.TryDequeue(out var expected),
                            ring.TryRead(out var item)
                        );
                        Assert.Equal(expected, item);
                    }

                    Assert.Equal(queue.Count == 0, ring.IsEmpty);
                }
            },
            rounds: 5
        );

    [Fact]
    public void TwoThreads_ManyItems_AllInOrder()
    {
        const int Items = 200_000;
        var ring = new SpscRing<(long Number, long Check)>(256);
        var producer = TwoThreads.Start(() =>
        {
            for (var number = 0L; number < Items; number++)
            {
                TwoThreads.SpinUntil(() => ring.TryWrite((number, ~number)));
            }
        });
        for (var number = 0L; number < Items; number++)
        {
            var item = default((long Number, long Check));
            TwoThreads.SpinUntil(() => ring.TryRead(out item));
            Assert.Equal(number, item.Number);
            Assert.Equal(~number, item.Check);
        }

        TwoThreads.Join(producer);
        Assert.True(ring.IsEmpty);
    }

    [Fact]
    public void TryWriteTryRead_ManyTimes_AllocateNothing()
    {
        var ring = new SpscRing<long>(8);
        AllocationAssert.None(() =>
        {
            ring.TryWrite(1);
            ring.TryRead(out _);
        });
    }
}
