using System.Collections.Immutable;
using Edge.Mesh.Demand;
using Edge.Node.MeshLink;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Wire.Payload;

namespace Edge.Node.Sessions;

/// <summary>A stream under its name: its publisher, its tracks and who plays it.</summary>
/// <remarks>It outlives its publisher while players wait for another one, bounded in time. Threads: any,
/// under the directory's lock.</remarks>
internal sealed partial class NamedStream(ulong life)
{
    /// <summary>How long another node's stream is kept for a player that was promised. Chosen: longer than
    /// any negotiation takes.</summary>
    private static readonly TimeSpan UnusedMax = TimeSpan.FromSeconds(10);

    private readonly HashSet<Session> _players = [];
    private readonly List<StreamTrack> _tracks = [];
    private Instant _followedAt = Instant.Never;

    /// <summary>Who publishes here now; null while nobody does.</summary>
    public Session? Publisher { get; private set; }

    /// <summary>The other node that publishes it now; null while none does.</summary>
    public RemoteStream? Remote { get; private set; }

    /// <summary>Since when nobody publishes; <see cref="Instant.Never"/> while somebody does.</summary>
    public Instant VacantSince { get; private set; } = Instant.Never;

    /// <summary>Whether nobody publishes and nobody waits.</summary>
    public bool IsAbandoned => Publisher is null && _players.Count == 0;

    /// <summary>Whether nobody publishes, here or elsewhere.</summary>
    private bool IsVacant => Publisher is null && Remote is null;

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

        Leave(change);
        var taken = new HashSet<StreamTrack>();
        var published = new PublishedTrack[media.Length];
        for (var section = 0; section < media.Length; section++)
        {
            var track = Match(media[section].Kind, media[section].Codec, taken);
            if (track is null)
            {
                track = new StreamTrack(
                    new TrackMedia(media[section].Kind, media[section].Codec),
                    shardCount,
                    life
                );
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
            track.Source.Track.Remote = null;
            track.Source.Track.Source = track.Source;
        }

        session.Published = published;
        Publisher = session;
        VacantSince = Instant.Never;
    }

    /// <summary>Puts another node's tracks behind the name, in place of whoever publishes it now.</summary>
    public void Follow(RemoteStream remote, int shardCount, StreamChange change, Instant now)
    {
        _followedAt = now;
        if (Publisher is { } replaced)
        {
            change.Closing.Add(replaced);
            Publisher = null;
        }

        var taken = new HashSet<StreamTrack>();
        TakeOver(remote, taken, change);
        var goingOn = remote.Tracks.Count;
        Leave(change);
        foreach (var offer in remote.Offers)
        {
            if (remote.Tracks.Exists(track => track.Token == offer.Token))
            {
                continue;
            }

            var codec = offer.Format.Codec;
            var track = Match(offer.Kind, codec, taken);
            if (track is null)
            {
                track = new StreamTrack(new TrackMedia(offer.Kind, codec), shardCount, life);
                _tracks.Add(track);
            }

            taken.Add(track);
            remote.Tracks.Add(offer.Take(track, shardCount));
        }

        RetireReplaced(taken, change);
        foreach (var track in remote.Tracks)
        {
            track.Of = remote;
        }

        foreach (var track in remote.Tracks[goingOn..])
        {
            track.Stream.Remote = track;
            track.Stream.Source = track.Inlet.Source;
            change.Followed.Add(track);
        }

        Remote = remote;
        VacantSince = Instant.Never;
    }

    /// <summary>Whether it came from another node for a player who did not come.</summary>
    public bool IsUnused(Instant now) =>
        IsAbandoned && _followedAt.IsSet && now - _followedAt > UnusedMax;

    /// <summary>Lets go of all of it.</summary>
    public void Drop(StreamChange change) => RetireIfAbandoned(change);

    /// <summary>The other node publishes it no more.</summary>
    public void HandleGone(RemoteStream remote, StreamChange change, Instant now)
    {
        if (ReferenceEquals(remote, Remote))
        {
            Leave(change);
            VacantSince = now;
            RetireIfAbandoned(change);
        }
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

    /// <summary>How many players are connected.</summary>
    public int CountViewers()
    {
        var count = 0;
        foreach (var player in _players)
        {
            count += player.State == SessionState.Connected ? 1 : 0;
        }

        return count;
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
            VacantSince = IsVacant ? now : VacantSince;
        }

        RetireIfAbandoned(change);
    }

    private void RetireIfAbandoned(StreamChange change)
    {
        if (IsAbandoned)
        {
            Leave(change);
            RetireAll(change);
        }
    }

    /// <summary>Tracks that the same owner goes on with, for another publisher, or another node of its PoP, are taken as before: nothing that
    /// is cached or known of them is lost, and the frames say what changes.</summary>
    private void TakeOver(RemoteStream remote, HashSet<StreamTrack> taken, StreamChange change)
    {
        if (Remote is not { } before)
        {
            return;
        }

        foreach (var offer in remote.Offers)
        {
            var index = before.Tracks.FindIndex(track =>
                track.Token == offer.Token
                && IsOneOwner(track.Key, offer.Key)
                && !track.IsOver
                && CodecContinuity.Continues(track.Stream.Codec, offer.Format.Codec)
            );
            if (index >= 0)
            {
                var track = before.Tracks[index];
                taken.Add(track.Stream);
                remote.Tracks.Add(track);
                before.Tracks.RemoveAt(index);
                if (track.Key != offer.Key)
                {
                    change.Moved.Add((track, offer.Key.Owner));
                }
            }
        }
    }

    /// <summary>A node of a PoP may go on with what another one of it has; no other node knows the token and says that the
    /// name is its own.</summary>
    private static bool IsOneOwner(DemandKey before, DemandKey after) =>
        before.Owner.Pop == after.Owner.Pop
        && string.Equals(before.App, after.App, StringComparison.Ordinal);

    /// <summary>Takes another node's tracks no more.</summary>
    private void Leave(StreamChange change)
    {
        if (Remote is not { } remote)
        {
            return;
        }

        foreach (var track in remote.Tracks)
        {
            change.Left.Add(track);
            if (track.Stream.Source is { } source && ReferenceEquals(source.Origin, track))
            {
                change.Ended.Add(source);
                track.Stream.Source = null;
                track.Stream.Remote = null;
            }
        }

        Remote = null;
    }

    private StreamTrack? Match(MediaKind kind, NegotiatedCodec codec, HashSet<StreamTrack> taken)
    {
        foreach (var track in _tracks)
        {
            if (
                track.Description.Kind == kind
                && !taken.Contains(track)
                && CodecContinuity.Continues(track.Codec, codec)
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
