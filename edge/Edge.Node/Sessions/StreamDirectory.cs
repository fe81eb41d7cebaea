using System.Collections.Immutable;
using Control.Contract;
using Edge.Primitives;
using Edge.Protocol.Negotiation;

namespace Edge.Node.Sessions;

/// <summary>All streams of the node by app and name.</summary>
/// <remarks>Threads: any; one lock, taken when sessions come and go and never on the packet path.</remarks>
internal sealed class StreamDirectory
{
    private readonly Dictionary<StreamKey, NamedStream> _streams = [];
    private readonly Lock _lock = new();
    private readonly int _shardCount;
    private readonly TimeSpan _linger;

    /// <summary>Makes an empty directory.</summary>
    /// <param name="shardCount">Shards of the node.</param>
    /// <param name="linger">How long players wait for another publisher.</param>
    public StreamDirectory(int shardCount, TimeSpan linger)
    {
        _shardCount = shardCount;
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
                stream = new NamedStream();
                _streams.Add(session.Stream, stream);
            }

            stream.Publish(session, media, _shardCount, change);
        }

        return change;
    }

    /// <summary>The tracks of a stream that can be played now; empty when nobody publishes.</summary>
    public ImmutableArray<TrackSource> Playable(StreamKey key)
    {
        lock (_lock)
        {
            return _streams.TryGetValue(key, out var stream) ? stream.Playable() : [];
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

    /// <summary>Whether a stream has a publisher that is connected.</summary>
    public bool IsLive(StreamKey key)
    {
        lock (_lock)
        {
            return _streams.TryGetValue(key, out var stream)
                && stream.Publisher is { State: SessionState.Connected };
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
        }

        return change;
    }
}
