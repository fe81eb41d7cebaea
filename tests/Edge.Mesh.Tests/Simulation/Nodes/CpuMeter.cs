namespace Edge.Mesh.Tests.Simulation.Nodes;

/// <summary>The CPU time of this process while a node was working.</summary>
internal sealed class CpuMeter
{
    private TimeSpan _begunAt;

    /// <summary>The sum.</summary>
    public TimeSpan Total { get; private set; }

    public void Begin() => _begunAt = Environment.CpuUsage.TotalTime;

    public void End() => Total += Environment.CpuUsage.TotalTime - _begunAt;
}
