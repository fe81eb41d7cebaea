using System.Collections.Immutable;
using Control.Contract;
using Edge.Mesh.Names;
using Edge.Node.MeshLink;
using Edge.Primitives;
using Edge.Protocol.Negotiation;

namespace Edge.Node.Sessions;

/// <summary>All streams of the node by app and name.</summary>
/// <remarks>Threads: any; one lock, taken when sessions come and go and never on the packet path.</remarks>
internal sealed partial class StreamDirectory
{
    private readonly Dictionary<StreamKey, NamedStream> _streams = [];
    private readonly Lock _lock = new();
    private readonly int _shardCount;
    private readonly ulong _life;
    private readonly TimeSpan _linger;

    /// <summary>Makes an empty directory.</summary>
    /// <param name="shardCount">Shards of the node.</param>
    /// <param name="linger">How long players wait for another publisher.</param>
    /// <param name="life">Which life of the node this is.</param>
    public StreamDirectory(int shardCount, TimeSpan linger, ulong life)
    {
        _shardCount = shardCount;
        _life = life;
        _linger = linger;
    }

    /// <summary>Puts a publisher behind its stream's name; the newest one wins.</summary>
    public StreamChange Publish(Session session, ImmutableArray<MediaAgreement> media)
    {
        var change = new StreamChange();
        lock (_lock)
        {
            if (!_streams.TryGetValue(session.Stream, out var stream))
            {
                stream = new NamedStream(_life);
                _streams.Add(session.Stream, stream);
            }

            stream.Publish(session, media, _shardCount, change);
        }

        return change;
    }

    /// <summary>Puts another node's tracks behind a stream's name. A publisher of this node stays that came later
    /// than the other one.</summary>
    /// <param name="remote">What the other node publishes.</param>
    /// <param name="own">The claim of this node's publisher, if it has one.</param>
    /// <param name="now">The time.</param>
    public StreamChange Follow(RemoteStream remote, StreamClaim? own, Instant now)
    {
        var change = new StreamChange();
        lock (_lock)
        {
            if (!_streams.TryGetValue(remote.Key, out var stream))
            {
                stream = new NamedStream(_life);
                _streams.Add(remote.Key, stream);
            }

            var isOlder =
                (stream.Publisher is not null && own is { } here && !remote.Claim.IsNewerThan(here))
                || (stream.Remote is { } other && !remote.Claim.IsNewerThan(other.Claim));
            if (!isOlder)
            {
                stream.Follow(remote, _shardCount, change, now);
            }
        }

        return change;
    }

    /// <summary>Another node publishes a stream no more.</summary>
    public StreamChange HandleGone(RemoteStream remote, Instant now)
    {
        var change = new StreamChange();
        lock (_lock)
        {
            if (_streams.TryGetValue(remote.Key, out var stream))
            {
                stream.HandleGone(remote, change, now);
                if (stream.IsAbandoned)
                {
                    _streams.Remove(remote.Key);
                }
            }
        }

        return change;
    }

    /// <summary>Whether a session of this node publishes a stream.</summary>
    public bool HasPublisher(StreamKey key)
    {
        lock (_lock)
        {
            return _streams.TryGetValue(key, out var stream) && stream.Publisher is not null;
        }
    }

    /// <summary>Whether a stream is known here: somebody publishes or plays it.</summary>
    public bool IsKnown(StreamKey key) => IsKnown(key, out _);

    /// <summary>Whether a stream is known here, and which other node publishes it.</summary>
    public bool IsKnown(StreamKey key, out RemoteStream? remote)
    {
        lock (_lock)
        {
            var isKnown = _streams.TryGetValue(key, out var stream);
            remote = stream?.Remote;
            return isKnown;
        }
    }

    /// <summary>The tracks of a stream that can be played now; empty when nobody publishes.</summary>
    public ImmutableArray<TrackSource> Playable(StreamKey key)
    {
        lock (_lock)
        {
            return _streams.TryGetValue(key, out var stream) ? stream.Playable() : [];
        }
    }

    /// <summary>All tracks of a stream, whether somebody publishes them now or not; empty when it is not known.</summary>
    public ImmutableArray<StreamTrack> Tracks(StreamKey key)
    {
        lock (_lock)
        {
            return _streams.TryGetValue(key, out var stream) ? [.. stream.Tracks] : [];
        }
    }

    /// <summary>Adds a player; false when the stream, or a track of the player's, has gone meanwhile.</summary>
    public bool TryAddPlayer(Session session)
    {
        lock (_lock)
        {
            if (!_streams.TryGetValue(session.Stream, out var stream))
            {
                return false;
            }

            foreach (var played in session.Played)
            {
                if (played is { Track.IsRetired: true })
                {
                    return false;
                }
            }

            stream.AddPlayer(session);
            return true;
        }
    }

    /// <summary>Lets go of streams of other nodes that nobody came to play after all.</summary>
    private void Drop(StreamChange change, Instant now)
    {
        foreach (var (key, stream) in _streams)
        {
            if (stream.IsUnused(now))
            {
                stream.Drop(change);
                _streams.Remove(key);
            }
        }
    }

    /// <summary>Whether a stream has a publisher that is connected.</summary>
    public bool IsLive(StreamKey key)
    {
        lock (_lock)
        {
            return _streams.TryGetValue(key, out var stream)
                && (
                    stream.Publisher is { State: SessionState.Connected }
                    || stream.Remote is not null
                );
        }
    }

    /// <summary>How many players of a stream are connected. Whoever asks for many does so one by one, so that sessions
    /// come and go in between.</summary>
    public int CountViewers(StreamKey key)
    {
        lock (_lock)
        {
            return _streams.TryGetValue(key, out var stream) ? stream.CountViewers() : 0;
        }
    }

    /// <summary>Removes a session that has closed.</summary>
    public StreamChange Remove(Session session, Instant now)
    {
        var change = new StreamChange();
        lock (_lock)
        {
            if (_streams.TryGetValue(session.Stream, out var stream))
            {
                stream.Remove(session, change, now);
                if (stream.IsAbandoned)
                {
                    _streams.Remove(session.Stream);
                }
            }
        }

        return change;
    }

    /// <summary>Ends what has waited too long for another publisher.</summary>
    public StreamChange Expire(Instant now)
    {
        var change = new StreamChange();
        lock (_lock)
        {
            foreach (var stream in _streams.Values)
            {
                if (stream.VacantSince.IsSet && now - stream.VacantSince >= _linger)
                {
                    change.Closing.AddRange(stream.Players);
                }
            }

            Drop(change, now);
        }

        return change;
    }
}
