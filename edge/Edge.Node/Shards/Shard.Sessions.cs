using System.Diagnostics.CodeAnalysis;
using Edge.Node.Sessions;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Receiving;
using Edge.Protocol.Transport.Sending;

namespace Edge.Node.Shards;

/// <content>Sessions: adopted, driven, moved and ended.</content>
internal sealed partial class Shard
{
    /// <summary>Begins to drive a session that names this shard as its owner.</summary>
    private bool TryAdopt(Session session, Instant now)
    {
        if (session.IsOver || session.IsArriving || session.OwnerShard != Index)
        {
            return false;
        }

        var hasPort = TryOpenPort(session);
        var slot = TimedSlots<Session>.NoSlot;
        if (!hasPort || !_sessions.TryAdd(session, out slot))
        {
            session.Peer.Close(now);
            Finish(session);
            return false;
        }

        Enter(session, slot, now);
        session.Downlink?.Enter(_waiting);
        if (session.State == SessionState.Connected)
        {
            AttachPlayed(session, now);
        }

        _sessions.Touch(slot);
        return true;
    }

    /// <summary>Begins to receive at a session's own port, if it has one; false when that cannot be.</summary>
    private bool TryOpenPort(Session session)
    {
        if (session.OwnSocket is not { } socket)
        {
            return true;
        }

        session.Port = _io.OpenPort(socket);
        if (session.Port == ShardIo.SharedPort)
        {
            socket.Dispose();
            return false;
        }

        _portOwners.Add(session.Port, session);
        return true;
    }

    private void ClosePort(Session session)
    {
        if (session.Port != ShardIo.SharedPort)
        {
            _portOwners.Remove(session.Port);
            _io.ClosePort(session.Port);
            session.Port = ShardIo.SharedPort;
        }
    }

    [HotPath]
    private void SettleSessions(Instant now)
    {
        while (_sessions.TryTakeTouched(out var session))
        {
            TrySettle(session!, now);
        }
    }

    [HotPath]
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The per-peer boundary: an error of ours ends one session, not the node."
    )]
    private void TrySettle(Session session, Instant now)
    {
        try
        {
            Settle(session, Index, now);
        }
        catch (Exception error)
        {
            Fault(session, error, now);
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The per-peer boundary: an error of ours ends one session, not the node."
    )]
    private void HandleTimeout(Session session, Instant now)
    {
        try
        {
            session.Peer.HandleTimeout(now);
            Settle(session, Index, now);
        }
        catch (Exception error)
        {
            Fault(session, error, now);
        }
    }

    /// <summary>The one pump: takes everything a session's engine has to say, sends what it has to send,
    /// and sets its timer. The session may be gone from this shard afterwards.</summary>
    /// <param name="session">The session.</param>
    /// <param name="moveTo">The shard where it belongs, as far as was known before.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    private void Settle(Session session, int moveTo, Instant now)
    {
        var isClosed = false;
        while (session.Peer.PollEvent(out var occurred))
        {
            isClosed |= occurred.Kind == PeerEventKind.Closed;
            moveTo = HandleEvent(session, occurred, moveTo, now);
        }

        TakeFeedback(session, now);
        TakeChannelEvents(session, now);
        RunDownlink(session, now);
        LimitUplink(session, now);
        Transmit(session, now);
        if (session.Channels is not null)
        {
            // What SCTP sent or gave up may have made room.
            TakeChannelEvents(session, now);
            Transmit(session, now);
        }

        TellKept(session, now);
        if (isClosed)
        {
            Finish(session);
        }
        else if (moveTo != Index && session.Held is null)
        {
            Move(session, moveTo);
        }
        else
        {
            _sessions.Arm(session.Slot, Instant.Max(Deadline(session), now + TimerStep));
        }
    }

    /// <summary>Notes what happened; returns the shard where the session belongs from now on.</summary>
    private int HandleEvent(Session session, in PeerEvent occurred, int moveTo, Instant now)
    {
        switch (occurred.Kind)
        {
            case PeerEventKind.AddressValidated:
                if (session.State == SessionState.New)
                {
                    session.State = SessionState.Connecting;
                }

                Note(session, SessionStages.FirstStun, now);

                if (!session.IsPlaced && SaysPlace(session, session.LastArrival))
                {
                    session.IsPlaced = true;
                    return ShardOf(session, occurred.Address);
                }

                return moveTo;
            case PeerEventKind.AddressSelected:
                NoteSelected(session, now);
                NoteProved(session, now);
                return ShardOf(session, occurred.Address);
            case PeerEventKind.AddressForgotten:
                while (session.Routes.TryRemove(occurred.Address, out var route))
                {
                    RemoveRoute(session, route);
                }

                ForgetFlowOf(session, occurred.Address);
                return moveTo;
            case PeerEventKind.Connected:
                session.State = SessionState.Connected;
                KeepElsewhere(session);
                NoteProved(session, now);
                Note(session, SessionStages.DtlsOk, now);
                LogConnected(_logger, session.LogId, session.Role, Index);
                AttachPlayed(session, now);
                if (session.Role == SessionRole.Caller)
                {
                    _node.Callers?.HandleConnected(session);
                }

                return moveTo;
            case PeerEventKind.Closed:
                Stages.NoteEnded(session.Stages, occurred.Reason);
                LogClosed(_logger, session.LogId, session.Role, occurred.Reason);
                return moveTo;
            default:
                return moveTo;
        }
    }

    private int ShardOf(Session session, in NetworkAddress address) =>
        session.Routes.TryFind(address, out var index) ? session.Routes[index].Shard : Index;

    [HotPath]
    private void TakeFeedback(Session session, Instant now)
    {
        var peer = session.Peer;
        while (peer.Sender.PollFeedback(out var feedback))
        {
            HandleFeedback(session, feedback, now);
        }

        while (peer.Receiver.PollEvent(out var received))
        {
            HandleReceived(session, received, now);
        }

        for (var section = 0; section < session.Published.Length; section++)
        {
            if (session.Published[section] is not { } published)
            {
                continue;
            }

            while (published.Inlet.KeyFrames.TryTake(out var layer, now))
            {
                peer.Receiver.RequestKeyFrame(section, layer, now);
            }
        }
    }

    /// <summary>A viewer asks for a packet or a key frame.</summary>
    [HotPath]
    private void HandleFeedback(Session session, in SenderFeedback feedback, Instant now)
    {
        if ((uint)feedback.Stream >= (uint)session.Played.Length)
        {
            return;
        }

        if (session.Played[feedback.Stream] is not { Replica: { } replica } played)
        {
            return;
        }

        if (feedback.Kind == SenderFeedbackKind.Nack)
        {
            var sink = new ViewerSink(this, now);
            _ = replica.Track.HandleNack(played.Subscription, feedback.Sequence, ref sink, now);
        }
        else
        {
            replica.Track.HandleKeyFrameRequest(played.Subscription, now);
        }

        _replicas.Touch(replica.Slot);
    }

    /// <summary>A publisher reported, or lost what only a key frame heals.</summary>
    private void HandleReceived(Session session, in ReceiverEvent received, Instant now)
    {
        if (
            (uint)received.Section >= (uint)session.Published.Length
            || session.Published[received.Section] is not { } published
        )
        {
            return;
        }

        switch (received.Kind)
        {
            case ReceiverEventKind.KeyFrameNeeded:
                published.Inlet.KeyFrames.Request(received.Layer, now);
                break;
            case ReceiverEventKind.SenderReport:
                HandleReport(
                    published.Inlet,
                    received.Layer,
                    new TrackInlet.LayerReport(received.Ntp, received.RtpTimestamp)
                );
                break;
            case ReceiverEventKind.LayerAllocation:
                HandleWord(
                    published.Inlet,
                    received.Layer,
                    new TrackInlet.LayerWord(LayerSpeaker.Publisher, received.Claim, Bitrate.Zero),
                    now
                );
                break;
            default:
                break;
        }
    }

    /// <summary>A layer's timestamps were tied to wall time.</summary>
    private void HandleReport(TrackInlet inlet, int layer, in TrackInlet.LayerReport report)
    {
        inlet.Note(layer, report);
        inlet
            .Source.Track.Replica(Index)
            ?.Track.SetSenderReport(layer, report.Ntp, report.RtpTimestamp);
        SignalViewers(inlet.Source, Report(inlet.Source, layer, report));
    }

    /// <summary>Something was said of a layer.</summary>
    private void HandleWord(TrackInlet inlet, int layer, in TrackInlet.LayerWord word, Instant now)
    {
        inlet.Note(layer, word);
        if (inlet.Source.Track.Replica(Index) is { } replica)
        {
            Believe(replica, layer, word, now);
        }

        SignalViewers(inlet.Source, Word(inlet.Source, layer, word));
    }

    /// <summary>Tells the other shards that have viewers of a track.</summary>
    private void SignalViewers(TrackSource source, in SignalMessage message)
    {
        var others = source.Track.ShardsWithViewers & ~(1UL << Index);
        while (others != 0)
        {
            var to = System.Numerics.BitOperations.TrailingZeroCount(others);
            others &= others - 1;
            Signal(to, message);
        }
    }

    [HotPath]
    private void Transmit(Session session, Instant now)
    {
        _io.SendFrom(session.Port);
        int length;
        while ((length = session.Peer.PollTransmit(_io.NextSlot(), now, out var meta)) > 0)
        {
            Commit(session, length, meta.Destination, now);
        }
    }

    /// <summary>Takes what was written for a session into the next slot, from the address that its client sends
    /// to.</summary>
    [HotPath]
    private void Commit(Session session, int length, in NetworkAddress destination, Instant now)
    {
        if (destination.Connection != 0)
        {
            CommitToConnection(session, length, destination, now);
            return;
        }

        _io.Commit(
            length,
            destination,
            _io.UsesLocalAddress ? session.LocalFor(destination) : default
        );
    }

    [HotPath]
    private static Instant Deadline(Session session)
    {
        var deadline = session.Peer.PollTimeout();
        if (session.Channels is { } channels)
        {
            deadline = Instant.Min(deadline, channels.PollTimeout());
        }

        if (session.Downlink is { } downlink)
        {
            deadline = Instant.Min(deadline, downlink.PollTimeout());
        }

        foreach (var published in session.Published)
        {
            if (published is not null)
            {
                deadline = Instant.Min(deadline, published.Inlet.KeyFrames.PollTimeout());
            }
        }

        return deadline;
    }

    /// <summary>Attaches what a connected session is sent to the replicas of this shard.</summary>
    private void AttachPlayed(Session session, Instant now)
    {
        foreach (var played in session.Played)
        {
            if (played is not null)
            {
                Attach(played, now);
            }
        }
    }

    private void Attach(PlayedTrack played, Instant now)
    {
        var track = played.Track;
        if (played.Replica is not null || track.IsRetired || !HasRoom(played))
        {
            return;
        }

        if (!TryReplica(track, out var replica))
        {
            return;
        }

        if (track.Source is { } source)
        {
            _ = replica.TryFollow(source, now);
        }

        replica.Attach(played, now);
        Share(played, now);
        Listen(played, replica);
        track.SetHasViewers(Index, hasViewers: true);
        _replicas.Touch(replica.Slot);
    }

    private void DetachPlayed(Session session)
    {
        foreach (var played in session.Played)
        {
            if (played is not null)
            {
                Detach(played);
            }
        }

        Forget(session.Sound);
    }

    private void Detach(PlayedTrack played)
    {
        if (played.Replica is not { } replica)
        {
            return;
        }

        StopListening(played);
        replica.Detach(played);
        // What is wanted is said at the end of the turn, also while nothing comes of the track.
        _replicas.Touch(replica.Slot);
        if (replica.ViewerCount == 0)
        {
            replica.Stream.SetHasViewers(Index, hasViewers: false);
            CloseIfIdle(replica);
        }
    }

    /// <summary>Lets a session go to another shard. Its flows of this shard follow it through the ring.</summary>
    private void Move(Session session, int target)
    {
        _stats.Moves++;
        LogMoved(_logger, session.LogId, Index, target);
        FlushDownlink(session, _node.Clock.Now());
        DetachPlayed(session);
        if (session.Channels is { } channels)
        {
            ForgetChannelBytes(channels);
        }

        LeaveTable(session);
        foreach (var published in session.Published)
        {
            if (published is not null)
            {
                // The new owner tells shards anew; what it sends twice is dropped as duplicates.
                published.Inlet.ServedShards = 0;
            }
        }

        if (session.Port == ShardIo.SharedPort)
        {
            TellOthersOfMove(session, target);
        }

        // The new owner may act on the session as soon as it sees this.
        session.OwnerShard = target;
        _node.Shards[target].Post(new ShardCommand.Adopt(session));
        foreach (var published in session.Published)
        {
            if (published?.Source.Track.Replica(Index) is { } replica)
            {
                CloseIfIdle(replica);
            }
        }
    }

    /// <summary>Forgets a session whose engine has closed and said what it had to say.</summary>
    private void Finish(Session session)
    {
        foreach (var arrival in session.Held?.TakeAll() ?? [])
        {
            Release(arrival.Handle);
        }

        session.Held = null;
        session.Downlink?.Clear();
        DetachPlayed(session);
        if (session.Channels is { } channels)
        {
            EndChannels(channels);
        }

        if (session.Slot != TimedSlots<Session>.NoSlot)
        {
            LeaveTable(session);
        }

        ClosePort(session);
        session.State = SessionState.Closed;
        for (var index = 0; index < session.Routes.Count; index++)
        {
            RemoveRoute(session, session.Routes[index]);
        }

        ForgetNewcomer(session, isTold: true);

        _stats.PeerDrops += SessionReporter.Dropped(session);
        _node.Forget(session);
        session.Peer.Dispose();
    }

    /// <summary>An error of ours in a session: it ends, the others go on.</summary>
    private void Fault(Session session, Exception error, Instant now)
    {
        _stats.Faults++;
        LogFault(_logger, session.LogId, error);
        if (session.IsOver || session.OwnerShard != Index)
        {
            return;
        }

        session.Peer.Close(now);
        Finish(session);
    }
}
