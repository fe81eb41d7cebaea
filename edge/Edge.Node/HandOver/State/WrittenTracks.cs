using System.Collections.Concurrent;
using Edge.Node.Sessions;

namespace Edge.Node.HandOver.State;

/// <summary>The tracks whose knowledge a letter has: many viewers of one track need it once. Threads: any.</summary>
internal sealed class WrittenTracks
{
    private readonly ConcurrentDictionary<StreamTrack, bool> _tracks = new();

    /// <summary>Notes a track; false when it was noted before.</summary>
    public bool TryAdd(StreamTrack track) => _tracks.TryAdd(track, value: true);
}
