using Edge.Forwarding.Downlinks;
using Edge.Forwarding.Uplinks;
using Edge.Node.HandOver.State;
using Edge.Node.HandOver.Taking;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Node.Shards;

/// <content>Sessions that come from another node: their clients notice nothing.</content>
internal sealed partial class Shard
{
    /// <summary>Goes on with a session that another node wrote.</summary>
    private void Resume(ShardCommand.Resume command, Instant now)
    {
        var session = command.Session;
        session.IsArriving = false;
        if (session.IsOver || !_sessions.TryAdd(session, out var slot))
        {
            session.Peer.Close(now);
            Finish(session);
            command.Done.TrySetResult(false);
            return;
        }

        Enter(session, slot, now);
        var letter = command.Letter;
        session.Peer.Sender.Bandwidth?.HandleMoved(letter.ReadAt);
        ResumeFlows(session, letter.Media.Routes, now);
        ResumeConnections(session, letter.Connections, now);
        foreach (var part in letter.Media.Published)
        {
            if (session.Published[part.Section] is { } published)
            {
                Resume(published, part, letter.ReadAt, now);
            }
        }

        ResumePlayed(session, letter, command.Knowledge, now);
        _sessions.Touch(slot);
        LetGoOn(session, now);
        command.Done.TrySetResult(true);
    }

    /// <summary>Its flows are this node's from now on, and the PoP is told so.</summary>
    private void ResumeFlows(Session session, ReadOnlySpan<RoutePart> routes, Instant now)
    {
        session.ProvedAt = now;
        foreach (var route in routes)
        {
            if (!session.Peer.Transport.Ice.IsValidated(route.Remote))
            {
                continue;
            }

            // Who wrote it held all of them.
            var local = _io.UsesLocalAddress ? route.Local : default;
            _ = session.Routes.Set(route.Remote, local, Index);
            _flows[route.Remote] = session;
            var isProved = session.Peer.Transport.Selected == route.Remote;
            SetFlow(session, route.Remote, isProved ? now : Instant.Never, now);
        }
    }

    private void Resume(PublishedTrack published, PublishedPart part, Instant readAt, Instant now)
    {
        var inlet = published.Inlet;
        var keyFrames = new StateReader(part.KeyFrames, readAt);
        _ = inlet.KeyFrames.TryRestore(ref keyFrames);
        var limit = new StateReader(part.Limit, readAt);
        published.Limit = TrackLimit.TryRead(ref limit, inlet.Source.Epoch) ?? new TrackLimit();
        published.Restore(part.Epochs);
        published.KeyFrameCount = part.KeyFrameCount;
        published.Measured = part.Measured;
        if (!TryReplica(inlet.Source.Track, out var replica))
        {
            return;
        }

        _ = replica.TryFollow(inlet.Source, now);
        part.Knowledge.GiveTo(replica, readAt, now);
        replica.Track.EndLayerStates();
        for (var layer = 0; layer < part.Words.Length; layer++)
        {
            if (part.Reports[layer] != default)
            {
                HandleReport(inlet, layer, part.Reports[layer]);
            }

            if (part.Words[layer].Said == LayerSpeaker.Publisher)
            {
                HandleWord(inlet, layer, part.Words[layer], now);
            }
        }

        _replicas.Touch(replica.Slot);
    }

    private void ResumePlayed(
        Session session,
        EngineLetter letter,
        GroupKnowledge knowledge,
        Instant now
    )
    {
        var parts = letter.Media.Played;
        RestoreDownlink(session, letter);
        foreach (var part in parts)
        {
            if (session.Played[part.Stream] is { } played)
            {
                Resume(played, part, knowledge.Find(played.Track), letter.ReadAt, now);
            }
        }

        if (session.Sound is { } sound && letter.Media.Sound.Length > 0)
        {
            var reader = new StateReader(letter.Media.Sound, letter.ReadAt);
            sound.Restore(ref reader);
        }
    }

    private void RestoreDownlink(Session session, EngineLetter letter)
    {
        if (letter.Media.Downlink.Length == 0 || session.Peer.Sender.Bandwidth is not { } bandwidth)
        {
            return;
        }

        var subscriptions = Array.ConvertAll(letter.Media.Played, part => part.Subscription);
        var reader = new StateReader(letter.Media.Downlink, letter.ReadAt);
        session.Downlink = Downlink.TryRead(ref reader, bandwidth, _waiting, subscriptions);
    }

    private void Resume(
        PlayedTrack played,
        PlayedPart part,
        TrackKnowledge? knowledge,
        Instant readAt,
        Instant now
    )
    {
        played.Measured = part.Measured;
        played.RestoreTold(part.ToldRid, part.IsToldPaused);
        played.Share = played.Session.Downlink?.Find(played.Subscription);
        if (played.Session.State != SessionState.Connected)
        {
            // It is attached when it connects.
            return;
        }

        var track = played.Track;
        if (
            track.IsRetired
            || !TryReplica(track, out var replica)
            || track.Source is not { } source
        )
        {
            Attach(played, now);
            return;
        }

        _ = replica.TryFollow(source, now);
        knowledge?.GiveTo(replica, readAt, now);
        if (replica.Source is { } followed && followed.Name == part.Source)
        {
            played.Subscription.Follow(followed.Epoch);
        }

        Attach(played, now);
    }
}
