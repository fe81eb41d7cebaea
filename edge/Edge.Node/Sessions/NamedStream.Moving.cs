using Edge.Node.MeshLink;
using Edge.Primitives;
using Edge.Wire.Mesh;

namespace Edge.Node.Sessions;

/// <content>Publishers and players that move between nodes of the PoP.</content>
internal sealed partial class NamedStream
{
    /// <summary>Puts a publisher that came from another node behind the name. Where the stream was taken from there so far,
    /// it stays behind the same tracks, with the same epochs, so that viewers notice nothing.</summary>
    public void PublishMoved(MovedPublisher moved, int shardCount, StreamChange change)
    {
        // One of the same id is itself, before it left: nobody took it.
        if (
            Publisher is { } replaced
            && !string.Equals(replaced.Id, moved.Session.Id, StringComparison.Ordinal)
        )
        {
            change.Closing.Add(replaced);
        }

        var taken = new HashSet<StreamTrack>();
        var published = new PublishedTrack[moved.Sources.Length];
        for (var section = 0; section < published.Length; section++)
        {
            var (media, name, token) = moved.Sources[section];
            var track = Home(token, media.Codec, change) ?? Match(media.Kind, media.Codec, taken);
            if (track is null)
            {
                track = new StreamTrack(new TrackMedia(media.Kind, media.Codec), shardCount, life);
                _tracks.Add(track);
            }

            taken.Add(track);
            var source = track.GoOn(name, moved.Session, section, TrackFormat.Of(media));
            published[section] = new PublishedTrack(media, source);
            change.Continued.Add(track);
        }

        Leave(change);
        RetireReplaced(taken, change);
        foreach (var track in published)
        {
            track.Source.Track.Remote = null;
        }

        moved.Session.Published = published;
        Publisher = moved.Session;
        VacantSince = Instant.Never;
    }

    /// <summary>A session goes on at another node. Nothing ends: who stays is sent what comes from there, or waits.</summary>
    /// <param name="session">The session.</param>
    /// <param name="followed">What the tracks of a publisher are at the other node; null when they are not taken from
    /// there.</param>
    /// <param name="change">What has to be told to shards.</param>
    /// <param name="now">The time.</param>
    public void ForgetMoved(
        Session session,
        RemoteStream? followed,
        StreamChange change,
        Instant now
    )
    {
        _players.Remove(session);
        foreach (var track in _tracks)
        {
            if (ReferenceEquals(track.Source?.Origin, session))
            {
                track.Source = null;
            }
        }

        if (Publisher == session)
        {
            Publisher = null;
            Follow(followed);
            VacantSince = IsVacant ? now : Instant.Never;
        }

        RetireIfAbandoned(change);
    }

    private void Follow(RemoteStream? followed)
    {
        Remote = followed;
        foreach (var track in followed?.Tracks ?? [])
        {
            track.Of = followed;
        }
    }

    /// <summary>The track that a publisher's was taken for at this node, while it was elsewhere; null when it was not. It is
    /// not taken from elsewhere any more, and does not end.</summary>
    private StreamTrack? Home(
        TrackToken? token,
        Edge.Protocol.Negotiation.NegotiatedCodec codec,
        StreamChange change
    )
    {
        var index = token is { } named
            ? Remote?.Tracks.FindIndex(track => track.Token == named && !track.IsOver) ?? -1
            : -1;
        if (index < 0)
        {
            return null;
        }

        var remote = Remote!.Tracks[index];
        if (!CodecContinuity.Continues(remote.Stream.Codec, codec))
        {
            return null;
        }

        Remote.Tracks.RemoveAt(index);
        change.Left.Add(remote);
        return remote.Stream;
    }
}
