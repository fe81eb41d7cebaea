using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Demands;

namespace Edge.Mesh.Demand;

/// <summary>Who elsewhere watches the tracks of this node, and what has to be done for them.</summary>
/// <remarks>
/// Sans-IO. A want lasts for <see cref="MeshTimes.DemandAge"/> after it was last said. Bounded: a track has
/// <see cref="WatchersMax"/> nodes that watch it, and <see cref="SendersMax"/> nodes are listened to; further
/// ones are counted in <see cref="Refused"/> and not served. Threads: one owner.
/// </remarks>
public sealed class OriginBook
{
    /// <summary>Most nodes that watch one track. Chosen: far more PoPs than anybody has; larger trees are
    /// the bus's.</summary>
    public const int WatchersMax = 1024;

    /// <summary>Most pairs of node and app whose messages are put in order.</summary>
    public const int SendersMax = 16_384;

    /// <summary>Time between two looks for wants that are over.</summary>
    private static readonly TimeSpan ExpireInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<TrackToken, OwnedTrack> _tracks = [];
    private readonly Dictionary<Sender, Heard> _heard = [];
    private readonly Queue<OriginEvent> _events = new();
    private readonly HashSet<TrackToken> _named = [];
    private readonly NodeAddress _self;
    private Instant _expireAt = Instant.Never;

    /// <summary>Makes an empty book.</summary>
    public OriginBook(NodeAddress self) => _self = self;

    /// <summary>Wants that there was no room for.</summary>
    public long Refused { get; private set; }

    /// <summary>Makes a track known.</summary>
    public void Add(in TrackToken token, string app) =>
        _tracks.TryAdd(token, new OwnedTrack(token, app));

    /// <summary>Forgets a track.</summary>
    /// <returns>Those who watched it: they are to be told.</returns>
    public IReadOnlyList<NodeAddress> Remove(in TrackToken token)
    {
        var watchers = new List<NodeAddress>();
        if (_tracks.Remove(token, out var track))
        {
            foreach (var watch in track.Watches)
            {
                watchers.Add(watch.Watcher);
            }
        }

        return watchers;
    }

    /// <summary>The layers of a track that are watched elsewhere.</summary>
    public CarriedLayers Carried(in TrackToken token) =>
        _tracks.TryGetValue(token, out var track) ? track.Carried : default;

    /// <summary>Whether anybody elsewhere watches a track.</summary>
    public bool IsWatched(in TrackToken token) =>
        _tracks.TryGetValue(token, out var track) && track.Watches.Count > 0;

    /// <summary>The nodes that watch a track but take no layer: nothing else tells them what lives.</summary>
    public void CollectIdle(in TrackToken token, List<NodeAddress> idle)
    {
        idle.Clear();
        if (!_tracks.TryGetValue(token, out var track))
        {
            return;
        }

        foreach (var watch in track.Watches)
        {
            if (watch.Layers == 0)
            {
                idle.Add(watch.Watcher);
            }
        }
    }

    /// <summary>Takes a message about what is wanted.</summary>
    public void HandleDemand(string app, ref MeshDemandReader demand, Instant now)
    {
        var watcher = new NodeAddress(demand.Header.Watcher.Pop, demand.Header.Watcher.Node);
        if (
            !IsNews(
                new Sender(watcher, app),
                demand.Header.Watcher.Life,
                demand.Header.Sequence,
                now
            )
        )
        {
            return;
        }

        _expireAt = Instant.Min(_expireAt, now + ExpireInterval);
        _named.Clear();
        while (demand.TryReadEntry(out var entry))
        {
            _named.Add(entry.Track);
            if (
                !_tracks.TryGetValue(entry.Track, out var track)
                || !string.Equals(track.App, app, StringComparison.Ordinal)
            )
            {
                if (entry.Layers != 0)
                {
                    _events.Enqueue(
                        new OriginEvent(OriginEventKind.Unknown, entry.Track, 0, watcher, app)
                    );
                }

                continue;
            }

            Take(track, watcher, demand.Header.Watcher.Life, entry, now);
        }

        if (demand.Header.IsWhole)
        {
            EndUnnamed(watcher, app);
        }
    }

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        if (_expireAt > now)
        {
            return;
        }

        foreach (var track in _tracks.Values)
        {
            if (track.Watches.RemoveAll(watch => watch.ExpiresAt <= now) > 0)
            {
                Recount(track);
            }
        }

        foreach (var (sender, heard) in _heard)
        {
            if (now - heard.At > MeshTimes.DemandAge)
            {
                _heard.Remove(sender);
            }
        }

        _expireAt = _heard.Count == 0 ? Instant.Never : now + ExpireInterval;
    }

    /// <summary>Takes something that has to be done; false when there is nothing.</summary>
    public bool PollEvent(out OriginEvent happened) => _events.TryDequeue(out happened);

    /// <summary>When something is due.</summary>
    public Instant PollTimeout() => _expireAt;

    /// <summary>What a node did not name when it named everything is not wanted any more.</summary>
    private void EndUnnamed(NodeAddress watcher, string app)
    {
        foreach (var track in _tracks.Values)
        {
            if (
                string.Equals(track.App, app, StringComparison.Ordinal)
                && !_named.Contains(track.Token)
                && track.Watches.RemoveAll(watch => watch.Watcher == watcher) > 0
            )
            {
                Recount(track);
            }
        }
    }

    private bool IsNews(in Sender sender, ulong life, ulong sequence, Instant now)
    {
        if (_heard.TryGetValue(sender, out var heard))
        {
            if (heard.Life == life && sequence <= heard.Sequence)
            {
                return false;
            }
        }
        else if (_heard.Count >= SendersMax)
        {
            Refused++;
            return false;
        }

        _heard[sender] = new Heard(life, sequence, now);
        return true;
    }

    private void Take(
        OwnedTrack track,
        NodeAddress watcher,
        ulong life,
        in MeshDemandEntry entry,
        Instant now
    )
    {
        var watch = track.Watches.Find(known => known.Watcher == watcher);
        if (entry.Layers == 0)
        {
            if (watch is not null)
            {
                track.Watches.Remove(watch);
                Recount(track);
            }

            return;
        }

        if (watch is not null && watch.Life != life)
        {
            // It was started anew and has nothing of what it was sent before.
            track.Watches.Remove(watch);
            watch = null;
        }

        var isNew = watch is null;
        if (watch is null)
        {
            if (track.Watches.Count >= WatchersMax)
            {
                Refused++;
                return;
            }

            watch = new OwnedTrack.Watch(watcher, life);
            track.Watches.Add(watch);
        }

        var layers = entry.Layers & ~WatchBook.WatchedBit;
        var fresh = layers & ~watch.Layers;
        watch.Layers = layers;
        watch.ExpiresAt = now + MeshTimes.DemandAge;
        Recount(track);
        if (fresh != 0 || isNew)
        {
            _events.Enqueue(
                new OriginEvent(OriginEventKind.Replay, track.Token, fresh, watcher, track.App)
            );
        }

        if (entry.KeyFrames != 0)
        {
            _events.Enqueue(
                new OriginEvent(
                    OriginEventKind.KeyFrameWanted,
                    track.Token,
                    entry.KeyFrames,
                    watcher,
                    track.App
                )
            );
        }
    }

    private void Recount(OwnedTrack track)
    {
        uint near = 0;
        uint far = 0;
        foreach (var watch in track.Watches)
        {
            if (watch.Watcher.Pop == _self.Pop)
            {
                near |= watch.Layers;
            }
            else
            {
                far |= watch.Layers;
            }
        }

        var carried = new CarriedLayers(near, far);
        if (carried == track.Carried)
        {
            return;
        }

        track.Carried = carried;
        _events.Enqueue(
            new OriginEvent(
                OriginEventKind.CarriedChanged,
                track.Token,
                carried.All,
                default,
                track.App
            )
        );
    }

    private readonly record struct Sender(NodeAddress Watcher, string App);

    private readonly record struct Heard(ulong Life, ulong Sequence, Instant At);
}
