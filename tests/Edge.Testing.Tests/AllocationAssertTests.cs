using Xunit;

namespace Edge.Testing.Tests;

/// <summary>Tests of the allocation count itself: it must see one small object. Alone, so that nobody's
/// collection falls into the one portion that has it.</summary>
[Collection(AloneCollection.Name)]
public sealed class AllocationAssertTests
{
    private object? _kept;

    [Fact]
    public void None_StepThatOnlyCounts_Passes()
    {
        var count = 0;
        AllocationAssert.None(() => count++);
        Assert.True(count > AllocationAssert.IterationsDefault);
    }

    [Fact]
    public void None_StepWithState_Passes() =>
        AllocationAssert.None(new int[1], static cell => cell[0]++, iterations: 10);

    [Fact]
    public void None_OneObjectInTenThousandIterations_IsSeenToTheByte()
    {
        // The warm-up's iterations come first; this is one of those counted, and the only one.
        const int allocatesAt = 7777;
        const int objectBytes = 24;
        var count = 0;
        var failure = Assert.Throws<TestingException>(() =>
            AllocationAssert.None(() =>
            {
                if (++count == allocatesAt)
                {
                    _kept = new object();
                }
            })
        );

        Assert.Contains(
            $"allocated {objectBytes} bytes",
            failure.Message,
            StringComparison.Ordinal
        );
        Assert.NotNull(_kept);
        Assert.InRange(count, allocatesAt, allocatesAt + 100);
    }

    [Fact]
    public void None_CollectionsOfOthers_AreNotHeldAgainstTheStep()
    {
        using var stopping = new CancellationTokenSource();
        var other = new Thread(() =>
        {
            while (!stopping.IsCancellationRequested)
            {
                GC.Collect(0);
                Thread.Yield();
            }
        });
        // So that a collection has a buffer of this thread's to take away.
        _kept = new object();
        other.Start();
        const int collectionsWanted = 20;
        var enough = GC.CollectionCount(0) + collectionsWanted;
        var count = 0;
        while (GC.CollectionCount(0) < enough)
        {
            AllocationAssert.None(() => count++);
        }

        stopping.Cancel();
        other.Join();
        Assert.True(count > AllocationAssert.IterationsDefault);
    }

    [Fact]
    public void None_BoxedStruct_Fails()
    {
        var step = new Boxing();
        Assert.Throws<TestingException>(() => AllocationAssert.None(ref step));
    }

    private struct Boxing : IAllocationStep
    {
        private object? _last;
        private int _count;

        public void Run()
        {
            _last = ++_count;
            GC.KeepAlive(_last);
        }
    }
}
