using Edge.Node.MeshLink;
using Edge.Node.Sessions.Calls.State;
using Edge.Node.Sessions.Channels;

namespace Edge.Node.Sessions.Calls;

/// <content>Sessions that come from another node, or go on there: nobody is told of either.</content>
internal sealed partial class CallsNode
{
    /// <summary>The sessions of this node, for who moves them.</summary>
    public CallsDirectory Directory => state.Calls;

    /// <summary>Makes a session known that goes on here.</summary>
    /// <remarks>What of it has not happened yet is told as of any: that a track begins, that the session ends. Its client's
    /// channel of events goes on, its numbers too.</remarks>
    /// <param name="session">The session.</param>
    /// <param name="media">Its media, which its shard may already drive; null before its client's first description.</param>
    /// <param name="channels">Its data channels, carried by <paramref name="media"/>; null without.</param>
    public void Adopt(CallsSession session, Session? media, SessionChannels? channels)
    {
        if (media is not null)
        {
            session.HandleBegun(media);
            if (media.State == SessionState.Connected)
            {
                session.HandleConnected(media);
            }
        }

        session.Channels = channels;
        state.Calls.Add(session);
        foreach (var track in session.Published)
        {
            if (!track.Stream.Started.IsCompleted)
            {
                TellWhenStarted(session, track);
            }
        }

        if (channels?.HasEvents == true)
        {
            HandleEventsOpened(channels);
        }

        // Whoever closes it either finds it here, or is seen.
        Interlocked.MemoryBarrier();
        if (media?.State == SessionState.Closed)
        {
            End(session);
        }
    }

    /// <summary>Ends a session that came from another node and cannot go on, whether it was made known or not.</summary>
    public void EndArrived(CallsSession session) => _ = End(session);

    /// <summary>Finds a track that a session was sent at another node, wherever its publisher is; null when it is nowhere.
    /// </summary>
    public async ValueTask<CallsTrack?> FindAgainAsync(
        CallsSessionFacts session,
        PulledReference reference,
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        var publisher = reference.Publisher;
        var question = new TrackQuestion(
            session.AppId,
            publisher.SessionId,
            reference.Name,
            session.Group
        )
        {
            TakesEncrypted = true,
        };
        if (state.Desk is { } desk && desk.IsElsewhere(publisher.SessionId))
        {
            var asked = await desk.FindTrackAsync(question, within, cancellation);
            return asked.Value;
        }

        return
            TryFindPublisher(session.AppId, session.Group, publisher.SessionId, out var here)
            && here.TryFind(reference.Name, out var track)
            ? track
            : null;
    }

    /// <summary>Makes a session unknown that goes on at another node; false when it had ended meanwhile, so that the
    /// other node has to end it. Its tracks are neither retired nor said to have ended. Requests that waited for it are
    /// told to ask again, and so is who reads its events alone. After the other node is known to have it.</summary>
    public bool Forget(CallsSession session)
    {
        if (!session.TryMoveAway())
        {
            return false;
        }

        if (state.Calls.Remove(session))
        {
            state.Events.Leave(session.Subject);
        }

        return true;
    }

    /// <summary>Tells a session's client what happens again, after <see cref="CallsSession.StopTellingAsync"/>: the session
    /// stays.</summary>
    public void TellAgain(CallsSession session)
    {
        if (session.Channels is { HasEvents: true } channels)
        {
            HandleEventsOpened(channels);
        }
    }
}
