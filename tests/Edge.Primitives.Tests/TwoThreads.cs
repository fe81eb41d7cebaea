using Edge.Testing;

namespace Edge.Primitives.Tests;

/// <summary>Threads for tests of what two threads share: bounded spinning, failures passed on.</summary>
internal static class TwoThreads
{
    /// <summary>Chosen: minutes of spinning on any machine, so that a lost item fails instead of hanging.</summary>
    private const long SpinsMax = 200_000_000;

    /// <summary>Runs a body on a thread of its own.</summary>
    public static Task Start(Action body) =>
        Task.Factory.StartNew(
            body,
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    /// <summary>Waits for a thread and rethrows what it threw.</summary>
    public static void Join(Task thread)
    {
        if (!thread.Wait(TimeSpan.FromMinutes(2)))
        {
            throw new TestingException("The other thread did not end within two minutes.");
        }
    }

    /// <summary>Spins until a condition holds, yielding the core now and then.</summary>
    public static void SpinUntil(Func<bool> condition)
    {
        for (var spins = 0L; spins < SpinsMax; spins++)
        {
            if (condition())
            {
                return;
            }

            if (spins % 16 == 15)
            {
                Thread.Yield();
            }
        }

        throw new TestingException($"The condition did not hold after {SpinsMax} tries.");
    }
}
