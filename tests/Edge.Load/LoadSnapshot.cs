using Edge.Primitives;

namespace Edge.Load;

/// <summary>Counters at one moment: sums over all viewers, and the server's CPU time.</summary>
internal sealed class LoadSnapshot(Instant at, ServerCpu cpu)
{
    public Instant At { get; } = at;

    public ServerCpu Cpu { get; } = cpu;

    public long Packets { get; set; }

    public long Missing { get; set; }

    public long Recovered { get; set; }

    public int LongestDatagram { get; set; }
}
