namespace Edge.Testing;

/// <summary>Proves that a step of the packet path allocates nothing.</summary>
/// <remarks>
/// The runtime counts the bytes of the current thread exactly, but for one thing: a collection, which any
/// thread may cause, takes every thread's allocation buffer away and counts its rest, up to 8 KB, as
/// allocated. So the iterations are counted in small portions: a portion that allocated nothing is
/// believed at once, one that allocated without a collection meanwhile fails the test at once, and only one
/// that a collection disturbed is repeated. Test projects run without tiered compilation and concurrent
/// collections (Directory.Build.props), so that code is final when it is first run and no collection goes
/// unnoticed. Works in Debug and Release.
/// </remarks>
public static class AllocationAssert
{
    /// <summary>Chosen: enough that one allocation in ten thousand calls shows.</summary>
    public const int IterationsDefault = 10_000;

    /// <summary>Iterations counted at a time. Chosen: short beside the time between two collections.</summary>
    private const int PortionIterations = 100;

    /// <summary>Portions that collections may disturb. Chosen: far more than ever happen; without a bound
    /// a step that itself causes collections would run for ever.</summary>
    private const int DisturbedMax = 1000;

    /// <summary>Lets lazy statics, caches and first-use paths settle before counting.</summary>
    private const int WarmUpIterations = 200;

    /// <summary>Runs a step many times and throws when the thread allocated anything meanwhile.</summary>
    /// <param name="step">The step; the closure itself is made before the count begins.</param>
    /// <param name="iterations">How often it runs while counting.</param>
    public static void None(Action step, int iterations = IterationsDefault)
    {
        ArgumentNullException.ThrowIfNull(step);
        var probe = new ActionStep(step);
        None(ref probe, iterations);
    }

    /// <summary>The same for a step that works on a state, so that a static lambda can be given.</summary>
    public static void None<TState>(
        TState state,
        Action<TState> step,
        int iterations = IterationsDefault
    )
    {
        ArgumentNullException.ThrowIfNull(step);
        var probe = new StateStep<TState>(state, step);
        None(ref probe, iterations);
    }

    /// <summary>The same for a struct, which the compiler inlines: for steps measured to the nanosecond.</summary>
    public static void None<TStep>(ref TStep step, int iterations = IterationsDefault)
        where TStep : struct, IAllocationStep
    {
        for (var iteration = 0; iteration < WarmUpIterations; iteration++)
        {
            step.Run();
        }

        var disturbed = 0;
        for (var done = 0; done < iterations; )
        {
            var portion = Math.Min(PortionIterations, iterations - done);
            var collections = GC.CollectionCount(generation: 0);
            var allocatedBytes = Count(ref step, portion);
            if (allocatedBytes == 0)
            {
                done += portion;
                continue;
            }

            if (GC.CollectionCount(generation: 0) == collections)
            {
                throw new TestingException(
                    $"The step allocated {allocatedBytes} bytes in iterations {done} to {done + portion}; the packet path allocates none."
                );
            }

            if (++disturbed > DisturbedMax)
            {
                throw new TestingException(
                    "Collections disturb every count: the step allocates, or a test beside it does without end."
                );
            }
        }
    }

    private static long Count<TStep>(ref TStep step, int iterations)
        where TStep : struct, IAllocationStep
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            step.Run();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private readonly struct ActionStep(Action step) : IAllocationStep
    {
        public void Run() => step();
    }

    private readonly struct StateStep<TState>(TState state, Action<TState> step) : IAllocationStep
    {
        public void Run() => step(state);
    }
}
