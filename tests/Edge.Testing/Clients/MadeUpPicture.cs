namespace Edge.Testing.Clients;

/// <summary>What a made-up picture says of itself in its payload's head.</summary>
internal readonly record struct MadeUpPicture
{
    /// <summary>Its number, from 0.</summary>
    public required uint Frame { get; init; }

    /// <summary>Pictures of the base layer so far (TL0PICIDX).</summary>
    public required byte BaseLayerIndex { get; init; }

    /// <summary>Whether it belongs to the upper temporal layer.</summary>
    public bool IsUpper { get; init; }

    /// <summary>Whether it is a key frame.</summary>
    public required bool IsKey { get; init; }

    /// <summary>In pixels.</summary>
    public required int Width { get; init; }

    /// <summary>In pixels.</summary>
    public required int Height { get; init; }
}
