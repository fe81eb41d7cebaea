namespace Edge.Hosting.Lifetime;

/// <summary>The memory that starting needed.</summary>
public static class StartMemory
{
    /// <summary>It is garbage once the process serves, and a third of what it holds: given back once, while there
    /// are no sessions that a pause could disturb.</summary>
    public static void Release() =>
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
