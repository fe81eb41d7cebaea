using Edge.Native.OpenSsl;
using Edge.Primitives;

namespace Edge.Benchmarks;

/// <summary>Memory of what a node keeps of one viewer of sound and pictures: negotiated, connected, and
/// once it has reported. The viewers' own ends are freed before each count.</summary>
internal static class ViewerMemoryBenchmark
{
    private const int Viewers = 500;

    private static readonly Instant Start = Instant.FromMilliseconds(1000);

    public static void Run()
    {
        using var viewers = new ServedViewerFactory(OpenSslSrtpCipherFactory.Instance);
        // Warm: what the process keeps once is not a viewer's. All are kept to the end: memory that some
        // freed would be the next ones' and not be seen.
        var kept = new List<ServedViewer> { Live(viewers.Create(Start), LifeStage.Heard) };
        foreach (var stage in Enum.GetValues<LifeStage>())
        {
            Count(stage, kept, () => Live(viewers.Create(Start), stage));
        }

        kept.ForEach(viewer => viewer.Peer.Dispose());
    }

    private static void Count(LifeStage stage, List<ServedViewer> kept, Func<ServedViewer> make)
    {
        kept.Capacity = kept.Count + Viewers;
        var (managedBefore, residentBefore) = Memory();
        for (var index = 0; index < Viewers; index++)
        {
            kept.Add(make());
        }

        var (managed, resident) = Memory();
        managed = (managed - managedBefore) / Viewers;
        resident = (resident - residentBefore) / Viewers;
        Console.WriteLine(
            $"viewer memory, {stage, -10} {managed / 1024.0, 6:0.0} KiB managed  "
                + $"{(resident - managed) / 1024.0, 6:0.0} KiB native (resident less managed)"
        );
    }

    private static (long Managed, long Resident) Memory()
    {
        for (var round = 0; round < 3; round++)
        {
            GC.Collect(
                GC.MaxGeneration,
                GCCollectionMode.Aggressive,
                blocking: true,
                compacting: true
            );
            GC.WaitForPendingFinalizers();
        }

        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true), process.WorkingSet64);
    }

    private static ServedViewer Live(ServedViewer viewer, LifeStage stage)
    {
        if (stage != LifeStage.Negotiated)
        {
            viewer.Run(TimeSpan.FromMilliseconds(stage == LifeStage.Connected ? 200 : 2500));
        }

        viewer.Leave();
        return viewer;
    }

    /// <summary>How far the viewers are when they are counted.</summary>
    private enum LifeStage
    {
        Negotiated,
        Connected,
        Heard,
    }
}
