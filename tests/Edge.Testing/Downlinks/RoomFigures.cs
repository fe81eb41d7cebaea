using System.Collections.Immutable;

namespace Edge.Testing.Downlinks;

/// <summary>How one person in a room did, while it was counted.</summary>
/// <param name="Place">Their number.</param>
/// <param name="Network">Their network.</param>
/// <param name="Tiles">What they saw of each camera, the most important first.</param>
/// <param name="SentBytes">Bytes that the node sent.</param>
/// <param name="QueueP95">The queue in their network that is not exceeded in 95 of 100 moments.</param>
/// <param name="SoundLost">The share of packets of sound that did not come.</param>
/// <param name="SoundP99">From making to arrival of sound, less the way, not exceeded in 99 of 100.</param>
/// <param name="Allocations">How often what their network carries was divided.</param>
public sealed record RoomFigures(
    int Place,
    NamedNetwork Network,
    ImmutableArray<TileFigures> Tiles,
    long SentBytes,
    TimeSpan QueueP95,
    double SoundLost,
    TimeSpan SoundP99,
    long Allocations
)
{
    /// <summary>Changes of layer on all tiles, and tiles that paused or came back, in a minute.</summary>
    public double ChangesPerMinute(TimeSpan counted) =>
        Tiles.Sum(tile => tile.Switches + tile.Pauses) / counted.TotalMinutes;
}

/// <summary>What somebody saw of a camera, while it was counted.</summary>
/// <param name="Shown">Pictures.</param>
/// <param name="Layer">The layer at the end; -1 when it is paused for want of bandwidth.</param>
/// <param name="Switches">Changes of layer.</param>
/// <param name="Pauses">How often it paused or came back.</param>
/// <param name="PausedShare">The share of time that it was paused.</param>
public sealed record TileFigures(
    int Shown,
    int Layer,
    int Switches,
    int Pauses,
    double PausedShare
);
