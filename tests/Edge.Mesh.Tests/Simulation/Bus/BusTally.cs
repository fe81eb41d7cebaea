namespace Edge.Mesh.Tests.Simulation.Bus;

/// <summary>How many messages of a subject crossed a link, and their bytes.</summary>
internal readonly record struct BusTally(long Messages, long Bytes)
{
    public BusTally Add(int bytes) => new(Messages + 1, Bytes + bytes);
}
