using Edge.Primitives;

namespace Edge.Load;

/// <summary>Counters at one moment: sums over all viewers, the server's CPU time and the machine's.</summary>
internal sealed class LoadSnapshot(Instant at, ServerCpu cpu, MachineTime machine)
{
    /// <summary>What publishers sent.</summary>
    public long Sent { get; set; }

    public long Packets { get; set; }

    public long Missing { get; set; }

    public long Recovered { get; set; }

    public int LongestDatagram { get; set; }

    private Instant At => at;

    private ServerCpu Cpu => cpu;

    private MachineTime Machine => machine;

    /// <summary>What passed since an earlier one.</summary>
    public LoadSpan Since(LoadSnapshot before) =>
        new(
            (At - before.At).TotalSeconds,
            Sent - before.Sent,
            Packets - before.Packets,
            Missing - before.Missing,
            Recovered - before.Recovered,
            Cpu - before.Cpu,
            (Machine - before.Machine).StolenPercent
        );
}
