using Edge.Primitives;

namespace Edge.Load.Mesh;

/// <summary>Counters at one moment.</summary>
/// <param name="At">When.</param>
/// <param name="Published">Packets of all publishers.</param>
/// <param name="Arrived">Packets of all viewers.</param>
/// <param name="Cpu">CPU time of each process, in the order of the options.</param>
/// <param name="ShardCpu">Seconds of its shards' threads, the same.</param>
/// <param name="Machine">CPU time of the machine.</param>
/// <param name="Segments">TCP's.</param>
internal sealed record MeshCounts(
    Instant At,
    long Published,
    long Arrived,
    ServerCpu[] Cpu,
    double[] ShardCpu,
    MachineTime Machine,
    TcpSegments Segments
);
