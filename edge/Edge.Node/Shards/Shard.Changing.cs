using System.Collections.Immutable;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Primitives;

namespace Edge.Node.Shards;

/// <content>Tracks that come and go while their session lasts.</content>
internal sealed partial class Shard
{
    private void Change(Session session, ImmutableArray<MediaChange> changes, Instant now)
    {
        foreach (var change in changes)
        {
            Change(session, change, now);
        }
    }

    private void Change(Session session, MediaChange change, Instant now)
    {
        switch (change)
        {
            case MediaChange.Publish publish:
                Publish(session, publish, now);
                break;
            case MediaChange.Unpublish unpublish:
                Unpublish(session, unpublish);
                break;
            case MediaChange.Play play:
                Play(session, play, now);
                break;
            case MediaChange.Retarget retarget:
                Retarget(retarget, now);
                break;
            case MediaChange.Unplay unplay:
                Unplay(session, unplay.Pulled, now);
                break;
            case MediaChange.Hear hear:
                session.Sound?.Choose(hear.Audio);
                break;
            case MediaChange.Deliver deliver:
                Deliver(deliver, now);
                break;
            case MediaChange.Prefer prefer:
                Prefer(prefer, now);
                break;
            default:
                break;
        }
    }

    /// <summary>Receives a track from now on; under another agreement, as another source of the same.</summary>
    private void Publish(Session session, MediaChange.Publish publish, Instant now)
    {
        var stream = publish.Track.Stream;
        if (publish.Track.Published is { } before)
        {
            _figures.End(session, before);
            session.Peer.Receiver.Remove(before.Source.Section);
            session.Published[before.Source.Section] = null;
        }

        var section = session.Peer.AddReceived(publish.Media, now);
        var source = new TrackSource(
            stream,
            stream.NextEpoch(),
            session,
            section,
            TrackFormat.Of(publish.Media)
        );
        var published = new PublishedTrack(publish.Media, source);
        session.Published = Place(session.Published, section, published);
        _figures.Begin(session, published);
        publish.Track.Published = published;
        stream.Source = source;
    }

    private void Unpublish(Session session, MediaChange.Unpublish unpublish)
    {
        var track = unpublish.Track;
        var change = new StreamChange();
        if (track.Published is { } published)
        {
            track.Published = null;
            _figures.End(session, published);
            session.Peer.Receiver.Remove(published.Source.Section);
            session.Published[published.Source.Section] = null;
            track.Stream.Source = null;
            change.Ended.Add(published.Source);
        }

        if (unpublish.IsFinal)
        {
            track.Stream.Retire();
            change.Retired.Add(track.Stream);
            _node.Apply(change);
        }
    }

    private void Play(Session session, MediaChange.Play play, Instant now)
    {
        var stream = session.Peer.Sender.Add(play.Media);
        var subscription = play.Pulled.Subscription;
        // Over another transport it goes on under another agreement.
        subscription.TakesTelephoneEvents = play.Media.TelephoneEventPayloadType is not null;
        subscription.Pause(play.Terms.IsPaused);
        var played = new PlayedTrack(session, stream, play.Media, play.Stream, subscription)
        {
            Terms = play.Terms,
        };
        session.Played = Place(session.Played, stream, played);
        _figures.Begin(played);
        play.Pulled.Played = played;
        if (session.State == SessionState.Connected)
        {
            Attach(played, now);
        }
    }

    private void Retarget(MediaChange.Retarget retarget, Instant now)
    {
        if (retarget.Pulled.Played is not { } played)
        {
            return;
        }

        FlushDownlink(played.Session, now);
        Detach(played);
        Unshare(played);
        played.Session.Peer.Sender.Replace(played.Stream, retarget.Media);
        played.Terms = retarget.Terms;
        played.Subscription.Pause(retarget.Terms.IsPaused);
        played.Retarget(retarget.Stream, retarget.Media, now);
        if (played.Session.State == SessionState.Connected)
        {
            Attach(played, now);
        }
    }

    private void Unplay(Session session, PulledTrack pulled, Instant now)
    {
        if (pulled.Played is not { } played)
        {
            return;
        }

        pulled.Played = null;
        // What waits is of a stream that another track may get.
        FlushDownlink(session, now);
        Detach(played);
        Unshare(played);
        _figures.End(played);
        session.Peer.Sender.Remove(played.Stream);
        session.Played[played.Stream] = null;
    }

    private void Deliver(MediaChange.Deliver deliver, Instant now)
    {
        if (deliver.Pulled.Played is not { } played)
        {
            return;
        }

        var terms = deliver.Terms;
        played.Terms = terms;
        if (played.Share is { } share)
        {
            played.Session.Downlink?.Prioritize(share, terms.Priority, terms.Minimum);
        }

        if (terms.IsPaused)
        {
            // Somebody else may be heard in its place.
            played.Session.Sound?.Gate?.Forget(played.Stream);
        }

        if (played.Replica is { } replica)
        {
            replica.Track.SetPaused(played.Subscription, terms.IsPaused, now);
            _replicas.Touch(replica.Slot);
            Reconsider(played.Session, now);
        }
        else
        {
            played.Subscription.Pause(terms.IsPaused);
        }
    }

    private void Prefer(MediaChange.Prefer prefer, Instant now)
    {
        if (prefer.Pulled.Played is not { } played)
        {
            return;
        }

        if (played.Replica is { } replica)
        {
            replica.Track.SetPreferredRid(
                played.Subscription,
                prefer.Rid,
                prefer.Fallback,
                now,
                prefer.MayStepDown
            );
            _replicas.Touch(replica.Slot);
            Reconsider(played.Session, now);
        }
        else
        {
            played.Subscription.Prefer(prefer.Rid, prefer.Fallback, prefer.MayStepDown);
        }
    }

    /// <summary>Puts an element at an index, with room made for it.</summary>
    private static T?[] Place<T>(T?[] all, int index, T element)
        where T : class
    {
        if (index >= all.Length)
        {
            Array.Resize(ref all, index + 1);
        }

        all[index] = element;
        return all;
    }
}
