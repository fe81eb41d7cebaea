using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation;

namespace Edge.Node.Sessions;

/// <summary>A stream under its name: its publisher, its tracks and who plays it.</summary>
/// <remarks>It outlives its publisher while players wait for another one, bounded in time. Threads: any,
/// under the directory's lock.</remarks>
internal sealed class NamedStream
{
    private readonly HashSet<Session> _players = [];
    private readonly List<StreamTrack> _tracks = [];

    /// <summary>Who publishes now; null while nobody does.</summary>
    public Session? Publisher { get; private set; }

    /// <summary>Since when nobody publishes; <see cref="Instant.Never"/> while somebody does.</summary>
    public Instant VacantSince { get; private set; } = Instant.Never;

    /// <summary>Whether nobody publishes and nobody waits.</summary>
    public bool IsAbandoned => Publisher is null && _players.Count == 0;

    /// <summary>Who plays it.</summary>
    public IReadOnlyCollection<Session> Players => _players;

    /// <summary>All tracks, with or without a publisher.</summary>
    public IReadOnlyList<StreamTrack> Tracks => _tracks;

    /// <summary>Puts a publisher's tracks behind the name: behind the same tracks where the codec goes
    /// on, so that viewers do too.</summary>
    public void Publish(
        Session session,
        ImmutableArray<MediaAgreement> media,
        int shardCount,
        StreamChange change
    )
    {
        if (Publisher is { } replaced)
        {
            change.Closing.Add(replaced);
        }

        var taken = new HashSet<StreamTrack>();
        var published = new PublishedTrack[media.Length];
        for (var section = 0; section < media.Length; section++)
        {
            var track = Match(media[section], taken);
            if (track is null)
            {
                track = new StreamTrack(media[section].Kind, media[section].Codec, shardCount);
                _tracks.Add(track);
            }

            taken.Add(track);
            var source = new TrackSource(
                track,
                track.NextEpoch(),
                session,
                section,
                TrackFormat.Of(media[section])
            );
            published[section] = new PublishedTrack(media[section], source);
        }

        RetireReplaced(taken, change);
        foreach (var track in published)
        {
            track.Source.Track.Source = track.Source;
        }

        session.Published = published;
        Publisher = session;
        VacantSince = Instant.Never;
    }

    /// <summary>Tracks that somebody publishes now.</summary>
    public ImmutableArray<TrackSource> Playable()
    {
        var sources = ImmutableArray.CreateBuilder<TrackSource>(_tracks.Count);
        foreach (var track in _tracks)
        {
            if (track.Source is { } source)
            {
                sources.Add(source);
            }
        }

        return sources.ToImmutable();
    }

    /// <summary>Adds a player.</summary>
    public void AddPlayer(Session session) => _players.Add(session);

    /// <summary>Removes a session that has closed.</summary>
    public void Remove(Session session, StreamChange change, Instant now)
    {
        _players.Remove(session);
        foreach (var published in session.Published)
        {
            if (published is null)
            {
                continue;
            }

            var track = published.Source.Track;
            change.Ended.Add(published.Source);
            if (ReferenceEquals(track.Source?.Origin, session))
            {
                track.Source = null;
            }
        }

        if (Publisher == session)
        {
            Publisher = null;
            VacantSince = now;
        }

        if (IsAbandoned)
        {
            RetireAll(change);
        }
    }

    private StreamTrack? Match(MediaAgreement media, HashSet<StreamTrack> taken)
    {
        foreach (var track in _tracks)
        {
            if (
                track.Description.Kind == media.Kind
                && !taken.Contains(track)
                && CodecContinuity.Continues(track.Codec, media.Codec)
            )
            {
                return track;
            }
        }

        return null;
    }

    /// <summary>A track of a kind that now comes in another codec is gone; who plays it has to come
    /// again. A kind that is just not published now stays.</summary>
    private void RetireReplaced(HashSet<StreamTrack> taken, StreamChange change)
    {
        for (var index = _tracks.Count - 1; index >= 0; index--)
        {
            var track = _tracks[index];
            if (taken.Contains(track) || !IsKindTaken(track, taken))
            {
                continue;
            }

            _tracks.RemoveAt(index);
            track.Source = null;
            track.Retire();
            change.Retired.Add(track);
            foreach (var player in _players)
            {
                if (Plays(player, track))
                {
                    change.Closing.Add(player);
                }
            }
        }
    }

    private void RetireAll(StreamChange change)
    {
        foreach (var track in _tracks)
        {
            track.Retire();
            change.Retired.Add(track);
        }

        _tracks.Clear();
    }

    private static bool IsKindTaken(StreamTrack track, HashSet<StreamTrack> taken)
    {
        foreach (var other in taken)
        {
            if (other.Description.Kind == track.Description.Kind)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Plays(Session player, StreamTrack track)
    {
        foreach (var played in player.Played)
        {
            if (played?.Track == track)
            {
                return true;
            }
        }

        return false;
    }
}
