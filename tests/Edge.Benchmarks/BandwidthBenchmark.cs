namespace Edge.Benchmarks;

/// <summary>What estimating a viewer's bandwidth costs: time of a sent packet and of one that feedback tells
/// of, and memory at several rates.</summary>
internal static class BandwidthBenchmark
{
    private const int Blocks = 3000;
    private const int Viewers = 200;

    public static void Run()
    {
        // What runs first is compiled meanwhile.
        _ = Time(packetsPerBlock: 30, new EstimatedViewer(30).Send);
        _ = Time(packetsPerBlock: 30, new EstimatedViewer(30).SendAndTell);
        foreach (var perBlock in (int[])[5, 30, 120, 240])
        {
            RunTime(perBlock);
        }

        foreach (var perBlock in (int[])[5, 30, 60, 120, 240])
        {
            RunMemory(perBlock);
        }
    }

    private static void RunTime(int packetsPerBlock)
    {
        var written = Time(packetsPerBlock, new EstimatedViewer(packetsPerBlock).SendAndWrite);
        var sent = Time(packetsPerBlock, new EstimatedViewer(packetsPerBlock).Send);
        var whole = new EstimatedViewer(packetsPerBlock);
        var told = Time(packetsPerBlock, whole.SendAndTell);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var block = 0; block < Blocks; block++)
        {
            whole.SendAndTell();
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Console.WriteLine(
            $"bandwidth, {packetsPerBlock * 1000 / EstimatedViewer.BlockMs, 5} packets/s  "
                + $"sent {sent.BestNs, 6:0.0} ns (median {sent.MedianNs, 6:0.0})  "
                + $"told {told.BestNs - written.BestNs, 6:0.0} ns "
                + $"(median {told.MedianNs - written.MedianNs, 6:0.0})  "
                + $"allocated {allocated} B"
        );
    }

    private static (double BestNs, double MedianNs) Time(int packetsPerBlock, Action step)
    {
        var (best, median) = Measure.Nanoseconds(step, Blocks);
        return (best / packetsPerBlock, median / packetsPerBlock);
    }

    private static void RunMemory(int packetsPerBlock)
    {
        var viewers = new EstimatedViewer[Viewers];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var index = 0; index < viewers.Length; index++)
        {
            viewers[index] = new EstimatedViewer(packetsPerBlock);
        }

        var fresh = GC.GetTotalMemory(forceFullCollection: true) - before;
        foreach (var viewer in viewers)
        {
            for (var block = 0; block < 100; block++)
            {
                viewer.SendAndTell();
            }
        }

        var used = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(viewers);
        Console.WriteLine(
            $"bandwidth, {packetsPerBlock * 1000 / EstimatedViewer.BlockMs, 5} packets/s  "
                + $"{fresh / Viewers} B a viewer when made, {used / Viewers} B after 10 s"
        );
    }
}
