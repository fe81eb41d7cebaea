using System.Collections.Immutable;

namespace Control.Contract;

/// <summary>One encoding of a track as a player could be sent it: a simulcast layer, or all there is.</summary>
/// <param name="Rid">Its name; empty without simulcast.</param>
/// <param name="BitsPerSecond">What it takes; 0 while it is not sent.</param>
/// <param name="Width">In pixels; 0 while not known.</param>
/// <param name="Height">In pixels; 0 while not known.</param>
public sealed record LayerReport(string Rid, long BitsPerSecond, int Width, int Height)
{
    /// <summary>The layers within it, the lowest first; null where there are none, or none are known: its packets
    /// tell nothing of them, or do not come to the player's node.</summary>
    public ImmutableArray<InnerLayerReport>? Inner { get; init; }
}
