namespace Control.Contract;

/// <summary>Which simulcast layer of a stream's pictures a player wants; nothing: the best that its network
/// carries.</summary>
/// <param name="MediaId">The section, by its mid or its index; null for the first with pictures.</param>
/// <param name="Rid">The layer; null for none in particular.</param>
/// <param name="WidthMax">Without a rid: no layer that is wider, in pixels.</param>
/// <param name="HeightMax">The same of the height.</param>
public sealed record LayerChoice(string? MediaId, string? Rid, int? WidthMax, int? HeightMax)
{
    /// <summary>The spatial layer within the stream, with those it builds on; null for none in particular.</summary>
    public int? SpatialId { get; init; }

    /// <summary>The same of temporal layers.</summary>
    public int? TemporalId { get; init; }

    /// <summary>No spatial layer above it, whether there is one or not.</summary>
    public int? SpatialIdMax { get; init; }

    /// <summary>The same of temporal layers.</summary>
    public int? TemporalIdMax { get; init; }
}
