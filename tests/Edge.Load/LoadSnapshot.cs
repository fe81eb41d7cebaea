using Edge.Primitives;

namespace Edge.Load;

/// <summary>Counters at one moment: sums over all viewers, the server's CPU time and the machine's.</summary>
internal sealed class LoadSnapshot(Instant at, ServerCpu cpu, MachineTime machine)
{
    public Instant At { get; } = at;

    public ServerCpu Cpu { get; } = cpu;

    public MachineTime Machine { get; } = machine;

    public long Packets { get; set; }

    public long Missing { get; set; }

    public long Recovered { get; set; }

    public int LongestDatagram { get; set; }
}
