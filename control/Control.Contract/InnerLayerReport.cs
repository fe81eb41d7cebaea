namespace Control.Contract;

/// <summary>A pair of layers within one encoding as a player could be sent it, with all that it builds on.</summary>
/// <param name="SpatialId">The spatial layer, 0 the lowest.</param>
/// <param name="TemporalId">The same of the temporal one.</param>
/// <param name="BitsPerSecond">What it takes, with what it builds on.</param>
/// <param name="Width">In pixels; 0 while not known.</param>
/// <param name="Height">In pixels; 0 while not known.</param>
public sealed record InnerLayerReport(
    int SpatialId,
    int TemporalId,
    long BitsPerSecond,
    int Width,
    int Height
);
