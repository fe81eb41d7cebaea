namespace Edge.Testing;

/// <summary>Proves that a step of the packet path allocates nothing.</summary>
/// <remarks>Works in Debug and Release: the runtime counts the bytes of the current thread exactly.</remarks>
public static class AllocationAssert
{
    /// <summary>Chosen: enough that one allocation in a thousand calls shows.</summary>
    public const int IterationsDefault = 10_000;

    /// <summary>A collection that another thread causes takes every thread's allocation buffer away and
    /// counts its rest, up to 8 KB, as allocated. Such a count says nothing; a step that allocates does so
    /// in each of these counts, and so fails.</summary>
    private const int AttemptsMax = 10;

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

        var allocatedBytes = Count(ref step, iterations);
        for (var attempt = 1; attempt < AttemptsMax && allocatedBytes != 0; attempt++)
        {
            allocatedBytes = Count(ref step, iterations);
        }

        if (allocatedBytes != 0)
        {
            throw new TestingException(
                $"The step allocated {allocatedBytes} bytes in {iterations} iterations; the packet path allocates none."
            );
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
