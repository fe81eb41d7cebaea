using System.Text.Json;

namespace Edge.Load.Mesh;

/// <summary>What one run over several places measured.</summary>
internal sealed record MeshReport
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>What the link between the PoPs was like; empty: nothing was done to it.</summary>
    public required string Conditions { get; init; }
    public required int Streams { get; init; }

    /// <summary>First while nobody watched, then the places in the order they were given.</summary>
    public required IReadOnlyList<MeshPhase> Phases { get; init; }

    public static MeshReport Load(string file) =>
        JsonSerializer.Deserialize<MeshReport>(File.ReadAllText(file))
        ?? throw new IOException($"{file} holds no report.");

    public void Save(string file) =>
        File.WriteAllText(file, JsonSerializer.Serialize(this, Format));

    /// <summary>The phase of a place, if it was measured.</summary>
    public MeshPhase? Find(string place) =>
        Phases.FirstOrDefault(phase => string.Equals(phase.Place, place, StringComparison.Ordinal));
}
