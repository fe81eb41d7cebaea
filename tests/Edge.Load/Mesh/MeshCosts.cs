namespace Edge.Load.Mesh;

/// <summary>What a hop costs, as differences between phases of one run.</summary>
/// <param name="report">The run.</param>
internal sealed class MeshCosts(MeshReport report)
{
    private readonly MeshPhase _nobody =
        report.Find("") ?? throw new IOException("A report has no phase without viewers.");

    /// <summary>What forwarding a packet to a viewer costs, without a hop; null where it was not measured.</summary>
    public double? Forward =>
        report.Find(MeshOptions.Home) is { } home ? Of(home, MeshOptions.Home, home.Arrived) : null;

    /// <summary>What a phase costs a process more than when nobody watched, in microseconds for each of these
    /// packets.</summary>
    public double Of(MeshPhase phase, string process, long packets) =>
        More(phase, packets, each => each.Cpu.GetValueOrDefault(process));

    /// <summary>Of it, what its threads for other nodes pay: those of the mesh and the buses.</summary>
    public double OfMesh(MeshPhase phase, string process, long packets) =>
        More(
            phase,
            packets,
            each => each.Cpu.GetValueOrDefault(process) - each.ShardCpu.GetValueOrDefault(process)
        );

    /// <summary>What it costs the processes that are no edge.</summary>
    public double OfBus(MeshPhase phase, IReadOnlySet<string> edges) =>
        phase
            .Cpu.Keys.Where(process => !edges.Contains(process))
            .Sum(process => Of(phase, process, phase.Published));

    private double More(MeshPhase phase, long packets, Func<MeshPhase, double> seconds) =>
        packets == 0
            ? 0
            : 1e6
                * (seconds(phase) - (seconds(_nobody) / _nobody.Seconds * phase.Seconds))
                / packets;
}
