using Edge.Native.Memory;

namespace Edge.Hosting.Lifetime;

/// <summary>The memory that starting needed.</summary>
/// <remarks>It is garbage once the process serves, or code that does not run again, and half of what the process
/// holds.</remarks>
public sealed class StartMemory : IDisposable
{
    /// <summary>Until everything that goes on by itself has been round once. Chosen: longer than other processes take to
    /// be found and connected.</summary>
    private static readonly TimeSpan SettledAfter = TimeSpan.FromSeconds(5);

    private readonly Timer _settled = new(
        static _ => MappedFiles.Release(),
        null,
        SettledAfter,
        Timeout.InfiniteTimeSpan
    );

    private StartMemory() { }

    /// <summary>Gives it back while there are no sessions that a pause could disturb, and code once more when the process has
    /// settled, which pauses nobody.</summary>
    /// <returns>What is disposed when the process ends.</returns>
    public static StartMemory Release()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _ = MappedFiles.Release();
        return new StartMemory();
    }

    /// <inheritdoc/>
    public void Dispose() => _settled.Dispose();
}
