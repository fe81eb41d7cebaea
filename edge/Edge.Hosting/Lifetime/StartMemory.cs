using System.Runtime;

namespace Edge.Hosting.Lifetime;

/// <summary>The memory that starting needs.</summary>
/// <remarks>Nearly all of it is garbage once the process serves. Collecting it piece by piece was a quarter of the time
/// that a start took, so nothing is collected until it is done.</remarks>
public static class StartMemory
{
    /// <summary>Chosen: twice what a start allocates (4 MB). Only what is used of it becomes memory; a start that needs more
    /// is collected as ever.</summary>
    private const long HeldBytes = 8 << 20;

    /// <summary>Collects nothing from here to <see cref="Release"/>. The first thing that a process does.</summary>
    public static void Hold() => _ = GC.TryStartNoGCRegion(HeldBytes);

    /// <summary>Gives back what is garbage once the process serves, while there are no sessions that a pause could disturb.</summary>
    public static void Release()
    {
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
        {
            GC.EndNoGCRegion();
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
