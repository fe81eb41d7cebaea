using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Demands;

namespace Edge.Mesh.Demand;

/// <summary>What a node wants of the tracks of others, and what it has to say and to subscribe for it.</summary>
/// <remarks>
/// Sans-IO. Each want is said to the track's owner at once, gathered for <see cref="MeshTimes.DemandDelay"/>,
/// and again each <see cref="MeshTimes.DemandInterval"/>, so that lost messages and owners that restarted
/// heal. A layer that is wanted no more is taken for <see cref="MeshTimes.Linger"/> yet.
/// Bounded: <see cref="TracksMax"/>; beyond it <see cref="TryAdd"/> says so. Threads: one owner.
/// </remarks>
public sealed class WatchBook
{
    /// <summary>Most tracks of others that a node watches. Chosen: what its shards have replicas for.</summary>
    public const int TracksMax = 65_536;

    private readonly Dictionary<TrackToken, WatchedTrack> _tracks = [];
    private readonly Dictionary<DemandKey, DemandLetter> _letters = [];
    private readonly Queue<WatchEvent> _events = new();
    private readonly NodeAddress _self;
    private readonly ulong _life;
    private ulong _sequence;

    /// <summary>Makes an empty book.</summary>
    /// <param name="self">This node.</param>
    /// <param name="life">A number that this start of the node has alone.</param>
    public WatchBook(NodeAddress self, ulong life)
    {
        _self = self;
        _life = life;
    }

    /// <summary>How many tracks are watched.</summary>
    public int Count => _tracks.Count;

    /// <summary>Begins to watch a track, none of its layers yet; false when there is no room. A track that is
    /// watched already goes on, also under another owner.</summary>
    public bool TryAdd(in TrackToken token, in DemandKey key, Instant now)
    {
        if (_tracks.TryGetValue(token, out var known))
        {
            if (known.Key != key)
            {
                Move(known, key, now);
            }

            return true;
        }

        return TryEnter(new WatchedTrack(token), key, now);
    }

    /// <summary>Begins to watch something whose owner is going to be asked for it, and does not say so before
    /// <see cref="Confirm"/>: the owner may not have it yet. False when there is no room, or it is watched
    /// already.</summary>
    public bool TryPrepare(in TrackToken token, in DemandKey key, Instant now) =>
        !_tracks.ContainsKey(token)
        && TryEnter(new WatchedTrack(token) { IsUnsaid = true }, key, now);

    /// <summary>The owner has it: from now on it is said that it is watched.</summary>
    public void Confirm(in TrackToken token, Instant now)
    {
        if (_tracks.TryGetValue(token, out var track) && track.IsUnsaid)
        {
            track.IsUnsaid = false;
            _letters[track.Key].Say(track, now);
        }
    }

    /// <summary>Another node of the PoP goes on with a track, with all who watch it: what is wanted is said to that one from
    /// now on, and nothing else changes. To the former owner nothing is said: it has the track no more, and the other one may
    /// listen under its name.</summary>
    public void HandOver(in TrackToken token, NodeAddress owner, Instant now)
    {
        if (!_tracks.TryGetValue(token, out var track))
        {
            return;
        }

        if (track.Key.Owner == owner)
        {
            Confirm(token, now);
            return;
        }

        track.IsUnsaid = false;
        _letters[track.Key].Forget(track);
        Join(track, track.Key with { Owner = owner }, now);
    }

    /// <summary>Watches a track no more.</summary>
    public void Remove(in TrackToken token, Instant now)
    {
        if (_tracks.Remove(token, out var track))
        {
            Release(track, track.Taken);
            _letters[track.Key].Remove(track, now);
        }
    }

    /// <summary>Says which layers of a track are wanted, one bit each.</summary>
    /// <param name="token">The track.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="now">The time.</param>
    /// <param name="isNarrow">Whether the way has no room for all that is wanted: what is not is given up at once, and
    /// what is begins with a key frame made for it.</param>
    public void Want(in TrackToken token, uint layers, Instant now, bool isNarrow = false)
    {
        if (!_tracks.TryGetValue(token, out var track))
        {
            return;
        }

        track.IsNarrow = isNarrow;
        if (track.Wanted == layers)
        {
            return;
        }

        track.Wanted = layers;
        Take(track, layers & ~track.Taken);
        var letter = _letters[track.Key];
        var linger = isNarrow ? TimeSpan.Zero : MeshTimes.Linger;
        track.ReleaseAt = track.Taken == layers ? Instant.Never : now + linger;
        letter.ReleaseAt = Instant.Min(letter.ReleaseAt, track.ReleaseAt);
        letter.Say(track, now);
    }

    /// <summary>Says how much of a track can be used here: the most of any viewer, zero when there is none.</summary>
    public void SetCeiling(in TrackToken token, Bitrate ceiling, Instant now)
    {
        if (_tracks.TryGetValue(token, out var track) && track.Ceiling != ceiling)
        {
            track.Ceiling = ceiling;
            _letters[track.Key].Say(track, now);
        }
    }

    /// <summary>Asks the owner for a key frame of a layer.</summary>
    public void WantKeyFrame(in TrackToken token, int layer, Instant now)
    {
        // Of a layer that is not taken nothing would come here.
        if (_tracks.TryGetValue(token, out var track) && (track.Taken >> layer & 1) != 0)
        {
            track.KeyFrames |= 1u << layer;
            _letters[track.Key].Say(track, now);
        }
    }

    /// <summary>A connection was lost and is there again: everything is said anew.</summary>
    public void HandleReconnected(Instant now)
    {
        foreach (var (key, letter) in _letters)
        {
            letter.RepeatAll(now);
            RemoveIfDone(key, letter);
        }
    }

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        foreach (var (key, letter) in _letters)
        {
            if (letter.ReleaseAt <= now)
            {
                ReleaseUnwanted(letter, now);
            }

            if (letter.RepeatAt <= now)
            {
                letter.RepeatAll(now);
            }

            RemoveIfDone(key, letter);
        }
    }

    /// <summary>Takes something that has to be done; false when there is nothing.</summary>
    public bool PollEvent(out WatchEvent happened) => _events.TryDequeue(out happened);

    /// <summary>Writes a message that is due; 0 when there is none.</summary>
    /// <param name="destination">Room for <see cref="MeshLimits.DemandBytesMax"/>.</param>
    /// <param name="now">The time.</param>
    /// <param name="key">Whom it goes to.</param>
    public int PollTransmit(Span<byte> destination, Instant now, out DemandKey key)
    {
        foreach (var (address, letter) in _letters)
        {
            if (letter.DueAt > now)
            {
                continue;
            }

            key = address;
            var header = new MeshDemandHeader(
                new MeshWatcher(_self.Pop, _self.Node, _life),
                ++_sequence,
                letter.IsWhole
            );
            var writer = new MeshDemandWriter(destination, header);
            letter.Write(ref writer);
            return writer.Length;
        }

        key = default;
        return 0;
    }

    /// <summary>When something is due.</summary>
    public Instant PollTimeout()
    {
        var next = Instant.Never;
        foreach (var letter in _letters.Values)
        {
            next = Instant.Min(next, letter.PollTimeout());
        }

        return next;
    }

    private void RemoveIfDone(DemandKey key, DemandLetter letter)
    {
        if (letter.IsDone)
        {
            _letters.Remove(key);
        }
    }

    /// <summary>A track has another owner. Within a PoP its subjects stay.</summary>
    private void Move(WatchedTrack track, in DemandKey key, Instant now)
    {
        var taken = track.Taken;
        var isAway = key.Owner.Pop != track.Key.Owner.Pop;
        if (isAway)
        {
            Release(track, taken);
        }

        _letters[track.Key].Remove(track, now);
        Join(track, key, now);
        if (isAway)
        {
            Take(track, taken);
        }
    }

    private bool TryEnter(WatchedTrack track, in DemandKey key, Instant now)
    {
        if (_tracks.Count >= TracksMax)
        {
            return false;
        }

        _tracks.Add(track.Token, track);
        Join(track, key, now);
        return true;
    }

    private void Join(WatchedTrack track, in DemandKey key, Instant now)
    {
        if (!_letters.TryGetValue(key, out var letter))
        {
            letter = new DemandLetter();
            _letters.Add(key, letter);
        }

        track.Key = key;
        letter.Add(track, now);
        letter.ReleaseAt = Instant.Min(letter.ReleaseAt, track.ReleaseAt);
        letter.Say(track, now);
    }

    private void ReleaseUnwanted(DemandLetter letter, Instant now)
    {
        letter.ReleaseAt = Instant.Never;
        foreach (var track in letter.Tracks)
        {
            if (track.ReleaseAt <= now)
            {
                track.ReleaseAt = Instant.Never;
                Release(track, track.Taken & ~track.Wanted);
                letter.Say(track, now);
            }

            letter.ReleaseAt = Instant.Min(letter.ReleaseAt, track.ReleaseAt);
        }
    }

    private void Take(WatchedTrack track, uint layers)
    {
        track.Taken |= layers;
        Tell(WatchEventKind.Subscribe, track, layers);
    }

    private void Release(WatchedTrack track, uint layers)
    {
        track.Taken &= ~layers;
        Tell(WatchEventKind.Unsubscribe, track, layers);
    }

    private void Tell(WatchEventKind kind, WatchedTrack track, uint layers)
    {
        for (var layer = 0; layers != 0; layer++, layers >>= 1)
        {
            if ((layers & 1) != 0)
            {
                _events.Enqueue(new WatchEvent(kind, track.Key, track.Token, layer));
            }
        }
    }
}
