using System.Runtime.InteropServices;
using Edge.Mesh.Feeds;
using Edge.Mesh.Peers;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Demands;

namespace Edge.Mesh.Demand;

/// <summary>Who elsewhere watches the tracks of this node, and what has to be done for them.</summary>
/// <remarks>
/// Sans-IO. A want lasts for <see cref="MeshTimes.DemandAge"/> after it was last said. Bounded: a track has
/// <see cref="WatchersMax"/> nodes that watch it, and <see cref="SendersMax"/> nodes are listened to; further
/// ones are counted in <see cref="Refused"/> and not served. Tracks that went to another node of the PoP stay known by
/// name, so that nobody is told that they are gone: as many as this node had. Threads: one owner.
/// </remarks>
public sealed partial class OriginBook
{
    /// <summary>What a newer version may say beyond the layers that there can be is not understood here.</summary>
    private const uint AllLayers = (1u << FeedOrder.LayersMax) - 1;

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
    private readonly HashSet<TrackToken> _released = [];
    private readonly NodeAddress _self;
    private readonly PeerPops _peers;
    private Instant _expireAt = Instant.Never;

    /// <summary>Makes an empty book.</summary>
    /// <param name="self">This node.</param>
    /// <param name="peers">Where it is counted what other PoPs watch.</param>
    public OriginBook(NodeAddress self, PeerPops peers)
    {
        _self = self;
        _peers = peers;
    }

    /// <summary>Wants that there was no room for.</summary>
    public long Refused { get; private set; }

    /// <summary>Makes a track known.</summary>
    public void Add(in TrackToken token, string app)
    {
        _released.Remove(token);
        _tracks.TryAdd(token, new OwnedTrack(token, app));
    }

    /// <summary>Forgets a track.</summary>
    /// <returns>Those who watched it: they are to be told.</returns>
    public IReadOnlyList<NodeAddress> Remove(in TrackToken token)
    {
        var watchers = new List<NodeAddress>();
        if (_tracks.Remove(token, out var track))
        {
            LeaveFarPops(track);
            foreach (var watch in track.Watches)
            {
                watchers.Add(watch.Watcher);
            }
        }

        return watchers;
    }

    /// <summary>Who watches a track, for a node that goes on with it.</summary>
    public IReadOnlyList<MeshWatcher> Watchers(in TrackToken token)
    {
        var watchers = new List<MeshWatcher>();
        if (_tracks.TryGetValue(token, out var track))
        {
            foreach (var watch in track.Watches)
            {
                watchers.Add(new(watch.Watcher.Pop, watch.Watcher.Node, watch.Life));
            }
        }

        return watchers;
    }

    /// <summary>The layers of a track that are watched elsewhere.</summary>
    public CarriedLayers Carried(in TrackToken token) =>
        _tracks.TryGetValue(token, out var track) ? track.Carried : default;

    /// <summary>What is counted of another PoP.</summary>
    internal PeerPop PeerOf(NodeAddress node) => _peers.Of(node.Pop);

    /// <summary>The other PoPs that watch a track. Changes: with each input.</summary>
    [HotPath]
    internal ReadOnlySpan<WatchingPop> FarPops(in TrackToken token) =>
        _tracks.TryGetValue(token, out var track)
            ? CollectionsMarshal.AsSpan(track.FarPops)
            : default;

    /// <summary>The most of a track that can be used elsewhere; zero while nobody watches it there.</summary>
    public Bitrate Ceiling(in TrackToken token) =>
        _tracks.TryGetValue(token, out var track) ? track.Ceiling : Bitrate.Zero;

    /// <summary>Whether anybody elsewhere watches a track.</summary>
    public bool IsWatched(in TrackToken token) =>
        _tracks.TryGetValue(token, out var track) && track.Watches.Count > 0;

    /// <summary>Whether a node is of this PoP.</summary>
    internal bool IsNear(NodeAddress node) => node.Pop == _self.Pop;

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
    /// <param name="of">Of whose tracks, of which app: this node's, or those of one whose tracks came here.</param>
    /// <param name="demand">What.</param>
    /// <param name="now">The time.</param>
    public void HandleDemand(in DemandKey of, ref MeshDemandReader demand, Instant now)
    {
        var watcher = new NodeAddress(demand.Header.Watcher.Pop, demand.Header.Watcher.Node);
        var app = of.App;
        if (
            watcher == _self
            || !IsNews(
                new Sender(watcher, of),
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
            var said = new Said(watcher, demand.Header.Watcher.Life, of.Owner);
            if (
                !_tracks.TryGetValue(entry.Track, out var track)
                || !string.Equals(track.App, app, StringComparison.Ordinal)
            )
            {
                Hold(app, said, entry);
                if (entry.Layers != 0 && MaySayGone(of.Owner, entry.Track))
                {
                    _events.Enqueue(
                        new OriginEvent(OriginEventKind.Unknown, entry.Track, 0, watcher, app)
                    );
                }

                continue;
            }

            Take(track, said, entry, now);
        }

        if (demand.Header.IsWhole)
        {
            EndUnnamed(watcher, of);
        }
    }

    /// <summary>Notes that a node watches a track, which it asked for: it says so itself from then on.</summary>
    /// <returns>False when the track is not known, or there is no room.</returns>
    public bool TryRegister(in TrackToken token, NodeAddress watcher, ulong life, Instant now)
    {
        if (
            !_tracks.TryGetValue(token, out var track)
            || Watch(track, watcher, life, out _) is not { } watch
        )
        {
            return false;
        }

        watch.IsNamed = false;
        watch.ExpiresAt = now + MeshTimes.DemandAge;
        _expireAt = Instant.Min(_expireAt, now + ExpireInterval);
        return true;
    }

    /// <summary>Gives a node up that watches a track. If it is there, its next message brings it back.</summary>
    public void Drop(in TrackToken token, NodeAddress watcher)
    {
        if (_tracks.TryGetValue(token, out var track))
        {
            End(track, watch => watch.Watcher == watcher);
        }
    }

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        if (_expireAt > now)
        {
            return;
        }

        var isWatched = false;
        foreach (var track in _tracks.Values)
        {
            End(track, watch => watch.ExpiresAt <= now);
            isWatched |= track.Watches.Count > 0;
        }

        foreach (var (sender, heard) in _heard)
        {
            if (now - heard.At > MeshTimes.DemandAge)
            {
                _heard.Remove(sender);
            }
        }

        ExpireHeld(now);
        var isIdle = _heard.Count == 0 && _held.Count == 0 && !isWatched;
        _expireAt = isIdle ? Instant.Never : now + ExpireInterval;
    }

    /// <summary>Takes something that has to be done; false when there is nothing.</summary>
    public bool PollEvent(out OriginEvent happened) => _events.TryDequeue(out happened);

    /// <summary>When something is due.</summary>
    public Instant PollTimeout() => _expireAt;

    /// <summary>What a node did not name when it named everything is not wanted any more.</summary>
    private void EndUnnamed(NodeAddress watcher, DemandKey of)
    {
        foreach (var track in _tracks.Values)
        {
            if (
                string.Equals(track.App, of.App, StringComparison.Ordinal)
                && !_named.Contains(track.Token)
            )
            {
                End(
                    track,
                    watch => watch.Watcher == watcher && watch.IsNamed && watch.Under == of.Owner
                );
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

    private void Take(OwnedTrack track, Said said, in MeshDemandEntry entry, Instant now)
    {
        var watcher = said.Watcher;
        if (entry.Layers == 0)
        {
            End(
                track,
                known => known.Watcher == watcher && (!known.IsNamed || known.Under == said.Under)
            );
            return;
        }

        if (Watch(track, watcher, said.Life, out var isNew) is not { } watch)
        {
            return;
        }

        watch.IsNamed = true;
        watch.Under = said.Under;
        var layers = entry.Layers & AllLayers;
        var fresh = layers & ~watch.Layers;
        watch.Layers = layers;
        watch.Ceiling = entry.Ceiling;
        watch.ExpiresAt = now + MeshTimes.DemandAge;
        Recount(track);
        if (fresh != 0 || isNew || layers == 0)
        {
            var kind = fresh != 0 || isNew ? OriginEventKind.Replay : OriginEventKind.Idle;
            var cached = entry.IsNarrow ? 0 : fresh;
            _events.Enqueue(new OriginEvent(kind, track.Token, cached, watcher, track.App));
        }

        var keyFrames = (entry.KeyFrames & AllLayers) | (entry.IsNarrow ? fresh : 0);
        if (keyFrames != 0)
        {
            _events.Enqueue(
                new OriginEvent(
                    OriginEventKind.KeyFrameWanted,
                    track.Token,
                    keyFrames,
                    watcher,
                    track.App
                )
            );
        }
    }

    /// <summary>The watch of a node, a new one if need be; null when there is no room.</summary>
    private OwnedTrack.Watch? Watch(
        OwnedTrack track,
        NodeAddress watcher,
        ulong life,
        out bool isNew
    )
    {
        isNew = false;
        // One that was started anew has nothing of what it was sent before.
        End(track, known => known.Watcher == watcher && known.Life != life);
        if (track.Watches.Find(known => known.Watcher == watcher) is { } watch)
        {
            return watch;
        }

        if (track.Watches.Count >= WatchersMax)
        {
            Refused++;
            return null;
        }

        isNew = true;
        watch = new OwnedTrack.Watch(watcher, life);
        track.Watches.Add(watch);
        return watch;
    }

    private void End(OwnedTrack track, Predicate<OwnedTrack.Watch> isOver)
    {
        for (var index = track.Watches.Count - 1; index >= 0; index--)
        {
            var watch = track.Watches[index];
            if (isOver(watch))
            {
                track.Watches.RemoveAt(index);
                _events.Enqueue(
                    new OriginEvent(OriginEventKind.Left, track.Token, 0, watch.Watcher, track.App)
                );
                Recount(track);
            }
        }
    }

    private void Recount(OwnedTrack track)
    {
        uint near = 0;
        uint far = 0;
        var ceiling = Bitrate.Zero;
        foreach (var watch in track.Watches)
        {
            ceiling = Bitrate.Max(ceiling, watch.Ceiling);
            if (IsNear(watch.Watcher))
            {
                near |= watch.Layers;
            }
            else
            {
                far |= watch.Layers;
            }
        }

        RecountFarPops(track);
        var carried = new CarriedLayers(near, far);
        if (carried == track.Carried && ceiling == track.Ceiling)
        {
            return;
        }

        track.Carried = carried;
        track.Ceiling = ceiling;
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

    private void RecountFarPops(OwnedTrack track)
    {
        LeaveFarPops(track);
        foreach (var watch in track.Watches)
        {
            if (!IsNear(watch.Watcher))
            {
                Join(track.FarPops, PeerOf(watch.Watcher), watch.Layers);
            }
        }
    }

    private static void Join(List<WatchingPop> pops, PeerPop peer, uint layers)
    {
        var index = pops.FindIndex(known => known.Peer == peer);
        if (index < 0)
        {
            peer.AddTracksOut(1);
            pops.Add(new WatchingPop(peer, layers));
            return;
        }

        pops[index] = new WatchingPop(peer, pops[index].Layers | layers);
    }

    private static void LeaveFarPops(OwnedTrack track)
    {
        foreach (var pop in track.FarPops)
        {
            pop.Peer.AddTracksOut(-1);
        }

        track.FarPops.Clear();
    }

    private readonly record struct Sender(NodeAddress Watcher, DemandKey Of);

    /// <summary>Who says that it watches, and under whose name it knows the track.</summary>
    private readonly record struct Said(NodeAddress Watcher, ulong Life, NodeAddress Under);

    private readonly record struct Heard(ulong Life, ulong Sequence, Instant At);
}
