namespace Edge.Load.Mesh;

/// <summary>What one run over several places measured.</summary>
internal sealed record MeshReport
{
    /// <summary>What the link between the PoPs was like; empty: nothing was done to it.</summary>
    public required string Conditions { get; init; }
    public required int Streams { get; init; }

    /// <summary>First while nobody watched, then the places in the order they were given.</summary>
    public required IReadOnlyList<MeshPhase> Phases { get; init; }

    /// <summary>The phase of a place, if it was measured.</summary>
    public MeshPhase? Find(string place) =>
        Phases.FirstOrDefault(phase => string.Equals(phase.Place, place, StringComparison.Ordinal));
}
