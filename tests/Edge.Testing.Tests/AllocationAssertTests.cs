using Xunit;

namespace Edge.Testing.Tests;

/// <summary>Tests of the allocation count itself: it must see one small object.</summary>
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
    public void None_OneObjectInAThousandIterations_Fails()
    {
        var count = 0;
        var failure = Assert.Throws<TestingException>(() =>
            AllocationAssert.None(() =>
            {
                if (++count % 1000 == 0)
                {
                    _kept = new object();
                }
            })
        );
        Assert.Contains("allocated", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(_kept);
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
