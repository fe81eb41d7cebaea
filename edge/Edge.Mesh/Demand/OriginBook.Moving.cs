using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Demands;

namespace Edge.Mesh.Demand;

/// <content>Tracks that go to another node of the PoP with those who watch them.</content>
public sealed partial class OriginBook
{
    private readonly Dictionary<TrackToken, HeldWants> _held = [];

    /// <summary>Forgets a track that goes to another node, and remembers that it is not gone.</summary>
    /// <returns>Those who watch it.</returns>
    public ImmutableArray<TrackWatcher> Release(in TrackToken token)
    {
        _released.Add(token);
        if (!_tracks.Remove(token, out var track))
        {
            return [];
        }

        LeaveFarPops(track);
        var watchers = ImmutableArray.CreateBuilder<TrackWatcher>(track.Watches.Count);
        foreach (var watch in track.Watches)
        {
            watchers.Add(new(watch.Watcher, watch.Life, watch.Layers, watch.Ceiling));
        }

        return watchers.ToImmutable();
    }

    /// <summary>Keeps what is said of a track that was released, until it is known who has it (<see cref="TakeHeld"/>) or it
    /// comes back: nobody else hears it. For as long as a want lasts, and no more than <see cref="WatchersMax"/> of a track;
    /// further ones are said again by themselves.</summary>
    public void HoldWants(in TrackToken token, string app, Instant now)
    {
        _held[token] = new HeldWants(app, now + MeshTimes.DemandAge);
        _expireAt = Instant.Min(_expireAt, now + ExpireInterval);
    }

    /// <summary>Who has said meanwhile that it wants a track which another node has now. They are kept no longer.</summary>
    public IReadOnlyList<NodeAddress> TakeHeld(in TrackToken token)
    {
        var watchers = new List<NodeAddress>();
        if (_held.Remove(token, out var held))
        {
            foreach (var (said, entry) in held.Wants)
            {
                if (entry.Layers != 0)
                {
                    watchers.Add(said.Watcher);
                }
            }
        }

        return watchers;
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
        if (_held.Remove(token, out var held))
        {
            foreach (var (said, entry) in held.Wants)
            {
                Take(track, said, entry, now);
            }
        }
    }

    /// <summary>Keeps the last that a node said of a track on its way, and all key frames that it asked for.</summary>
    private void Hold(string app, Said said, in MeshDemandEntry entry)
    {
        if (
            !_held.TryGetValue(entry.Track, out var held)
            || !string.Equals(held.App, app, StringComparison.Ordinal)
        )
        {
            return;
        }

        var index = held.Wants.FindIndex(want => want.Said.Watcher == said.Watcher);
        if (index >= 0)
        {
            var before = held.Wants[index].Entry.KeyFrames;
            held.Wants[index] = (said, entry with { KeyFrames = before | entry.KeyFrames });
        }
        else if (held.Wants.Count < WatchersMax)
        {
            held.Wants.Add((said, entry));
        }
        else
        {
            Refused++;
        }
    }

    private void ExpireHeld(Instant now)
    {
        foreach (var (token, held) in _held)
        {
            if (held.ExpiresAt <= now)
            {
                _held.Remove(token);
            }
        }
    }

    /// <summary>Whether a track that is not known here is nowhere: this node had it, and did not give it away. Under
    /// another's name it may be at any of those that go on for that one.</summary>
    private bool MaySayGone(NodeAddress under, in TrackToken token) =>
        under == _self && !_released.Contains(token);

    /// <summary>What was said of a track while nobody knew who has it.</summary>
    private sealed record HeldWants(string App, Instant ExpiresAt)
    {
        public List<(Said Said, MeshDemandEntry Entry)> Wants { get; } = [];
    }
}
