using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Wire.Mesh;

namespace Edge.Mesh.Demand;

/// <content>Tracks that go to another node of the PoP with those who watch them.</content>
public sealed partial class OriginBook
{
    /// <summary>Forgets a track that goes to another node, and remembers that it is not gone.</summary>
    /// <returns>Those who watch it.</returns>
    public ImmutableArray<TrackWatcher> Release(in TrackToken token)
    {
        _released.Add(token);
        if (!_tracks.Remove(token, out var track))
        {
            return [];
        }

        var watchers = ImmutableArray.CreateBuilder<TrackWatcher>(track.Watches.Count);
        foreach (var watch in track.Watches)
        {
            watchers.Add(new(watch.Watcher, watch.Life, watch.Layers, watch.Ceiling));
        }

        return watchers.ToImmutable();
    }

    /// <summary>Knows a track that came from another node, with those who watched it there: each has as long to say so again
    /// as if it had just done so. What they are sent goes on: nothing is to be shown to them of what is cached.</summary>
    public void Resume(
        in TrackToken token,
        string app,
        ImmutableArray<TrackWatcher> watchers,
        Instant now
    )
    {
        _released.Remove(token);
        if (!_tracks.TryAdd(token, new OwnedTrack(token, app)))
        {
            return;
        }

        var track = _tracks[token];
        foreach (var watcher in watchers)
        {
            if (
                watcher.Node == _self
                || Watch(track, watcher.Node, watcher.Life, out _) is not { } watch
            )
            {
                continue;
            }

            watch.Layers = watcher.Layers & AllLayers;
            watch.Ceiling = watcher.Ceiling;
            watch.ExpiresAt = now + MeshTimes.DemandAge;
        }

        _expireAt = Instant.Min(_expireAt, now + ExpireInterval);
        Recount(track);
    }

    /// <summary>Whether a track that is not known here is nowhere: this node had it, and did not give it away. Under
    /// another's name it may be at any of those that go on for that one.</summary>
    private bool MaySayGone(NodeAddress under, in TrackToken token) =>
        under == _self && !_released.Contains(token);
}
