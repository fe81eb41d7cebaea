using System.Collections.Immutable;
using Anycast.Steering;
using Edge.Node.HandOver.Giving;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Channels;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Transport;

namespace Edge.Node.Shards;

/// <content>Sessions that go to another node: held, written down, and forgotten.</content>
internal sealed partial class Shard
{
    /// <summary>Looks into the rings before a session is written. Chosen: more than a ring has places for at a time.</summary>
    private const int RingTurnsMax = 32;

    private void HandleForMove(ShardCommand.ForMove command, Instant now)
    {
        switch (command)
        {
            case ShardCommand.AskMove ask:
                ask.Done.TrySetResult(FindObstacle(ask.Session));
                break;
            case ShardCommand.Hold hold:
                if (!hold.Session.IsOver)
                {
                    hold.Session.Held ??= new HeldDatagrams();
                }

                hold.Done.TrySetResult(!hold.Session.IsOver);
                break;
            case ShardCommand.Capture capture:
                Capture(capture, now);
                break;
            case ShardCommand.Portray portray:
                portray.Done.TrySetResult(Portray(portray.Session, portray.Names, now));
                break;
            case ShardCommand.Fence fence:
                Fence(fence.Session, now);
                break;
            case ShardCommand.Protect protect:
                Protect(protect.Session, protect.IsKept, now);
                break;
            case ShardCommand.Grant grant:
                Grant(grant.Session, grant.Grants, now);
                break;
            case ShardCommand.Release release:
                LetGoOn(release.Session, now);
                break;
            case ShardCommand.Resume resume:
                Resume(resume, now);
                break;
            case ShardCommand.Depart depart:
                Depart(depart.Session, depart.To, now);
                depart.Done?.TrySetResult();
                break;
            default:
                break;
        }
    }

    /// <summary>Answers what comes too late.</summary>
    private static void RefuseMove(ShardCommand.ForMove command)
    {
        switch (command)
        {
            case ShardCommand.AskMove ask:
                ask.Done.TrySetResult(PeerCapture.NotConnected);
                break;
            case ShardCommand.Hold hold:
                hold.Done.TrySetResult(false);
                break;
            case ShardCommand.Capture capture:
                capture.Done.TrySetResult(SessionCaptured.Not(PeerCapture.NotConnected));
                break;
            case ShardCommand.Portray portray:
                portray.Done.TrySetResult([]);
                break;
            case ShardCommand.Resume resume:
                resume.Done.TrySetResult(false);
                break;
            case ShardCommand.Depart depart:
                depart.Done?.TrySetResult();
                break;
            default:
                break;
        }
    }

    private byte[] Portray(Session session, CallsChannels? names, Instant now)
    {
        if (session.IsOver)
        {
            return [];
        }

        _ = SessionCapture.TryPortray(
            session,
            Index,
            _node.Streams.Tracks(session.Stream),
            names,
            now,
            out var state
        );
        return state;
    }

    /// <summary>Writes a session for another node. Whatever came for it before it was held has been seen by all viewers of
    /// this node, and nothing leaves for it afterwards.</summary>
    private void Capture(ShardCommand.Capture command, Instant now)
    {
        var session = command.Session;
        if (session.Slot == TimedSlots<Session>.NoSlot && !TryAdopt(session, now))
        {
            command.Done.TrySetResult(SessionCaptured.Not(PeerCapture.NotConnected));
            return;
        }

        // What its publishers sent before they were held may have been written into rings since this turn looked.
        for (var turn = 0; turn < RingTurnsMax && TakeFromShards(now); turn++) { }

        for (var turn = 0; turn < RingTurnsMax && TakeFrames(now); turn++) { }

        // The last it has to say from here. It may end; it does not go to another shard, because it is held.
        Settle(session, Index, now);
        if (session.IsOver)
        {
            command.Done.TrySetResult(SessionCaptured.Not(PeerCapture.NotConnected));
            return;
        }

        if (!TrySettleChannels(session, now))
        {
            command.Done.TrySetResult(SessionCaptured.Not(PeerCapture.ChannelsUnsettled));
            return;
        }

        FlushDownlink(session, now);
        Transmit(session, now);
        Write(command, now);
    }

    private void Write(ShardCommand.Capture command, Instant now)
    {
        var session = command.Session;
        var connections = FindLeaving(session);
        if (
            session.Peer.Transport.Ice.IsOverConnection
            && !(
                command.Group.TakesConnections
                && connections.Exists(leaving => leaving.Part.Facts.IsSelected)
            )
        )
        {
            command.Done.TrySetResult(SessionCaptured.Not(PeerCapture.OverConnection));
            return;
        }

        if (session.Kept is not null)
        {
            // How far it is for good: whoever has it next begins behind that.
            _node.Takeover?.HandleReport(Describe(session));
        }

        var result = SessionCapture.TryWrite(
            session,
            Index,
            _node.Streams.Tracks(session.Stream),
            command.Group.Tracks,
            command.Names,
            now,
            out var state
        );
        command.Done.TrySetResult(
            result == PeerCapture.Captured
                ? new SessionCaptured(
                    result,
                    state,
                    Leave(session, command.Group),
                    Detach(session, connections),
                    [.. connections.ConvertAll(leaving => leaving.Part)]
                )
                : SessionCaptured.Not(result)
        );
    }

    /// <summary>A session is written down: it does nothing here any more, but for what comes for it meanwhile.</summary>
    /// <returns>Readers of its data channels that stay.</returns>
    private ImmutableArray<ReadChannel> Leave(Session session, MovingGroup group)
    {
        _io.Flush();
        var left = session.Channels is { } channels
            ? LeaveChannels(session, channels, reader => group.Has(reader.Channels.Carrier.Id))
            : [];
        session.Downlink?.Clear();
        DetachPlayed(session);
        LeaveTable(session);
        session.State = SessionState.Moved;
        _stats.PeerDrops += SessionReporter.Dropped(session);
        return left;
    }

    /// <summary>A session that was held stays after all.</summary>
    private void LetGoOn(Session session, Instant now)
    {
        var held = session.Held?.TakeAll() ?? [];
        session.Held = null;
        foreach (var arrival in held)
        {
            // The first may have taken it to another shard.
            if (Route(session, arrival, now) != SlotFate.Gone)
            {
                Release(arrival.Handle);
            }
        }
    }

    /// <summary>A session goes on at another node, or nowhere: what came for it goes there, and it is forgotten here.</summary>
    private void Depart(Session session, ushort? to, Instant now)
    {
        var held = session.Held?.TakeAll() ?? [];
        session.Held = null;
        session.State = SessionState.Closed;
        for (var index = 0; index < session.Routes.Count; index++)
        {
            // Without a word to the PoP: the flow is the other node's, which says so.
            _ = _node.Flows.Remove(session.Routes[index].Remote, session);
            ForgetFlow(session, session.Routes[index]);
        }

        ForgetNewcomer(session, isTold: false);
        foreach (var arrival in held)
        {
            PassOnHeld(arrival, to, now);
            Release(arrival.Handle);
        }

        foreach (var published in session.Published)
        {
            if (published?.Source.Track.Replica(Index) is { } replica)
            {
                CloseIfIdle(replica);
            }
        }

        session.Peer.Dispose();
    }

    private void PassOnHeld(in Arrival arrival, ushort? to, Instant now)
    {
        if (to is not { } node)
        {
            Drop(ShardDrop.HeldTooLong);
        }
        else if (arrival.Source.Connection != 0 && node != _steering?.Self)
        {
            // A hop would make a datagram of it. Who has just dialled does so again, and finds who has the session.
            Drop(ShardDrop.OwnerGone);
            RefuseStranger(arrival.Source, now);
        }
        else if (node == _steering?.Self)
        {
            // It came back: nobody else took it.
            if (TryFindSession(arrival, out var session))
            {
                Claim(arrival.Handle);
                if (Route(session, arrival, now) != SlotFate.Gone)
                {
                    Release(arrival.Handle);
                }
            }
        }
        else if (_steering is { } steering && steering.TryFindHop(node, out var hop))
        {
            SendHop(steering, arrival, new FlowOwner(node, Shard: 0), hop);
        }
        else
        {
            Drop(ShardDrop.OwnerGone);
        }
    }

    /// <summary>Keeps a datagram for a session that is held.</summary>
    [HotPath]
    private SlotFate Hold(HeldDatagrams held, in Arrival arrival)
    {
        if (held.TryAdd(arrival))
        {
            return SlotFate.Gone;
        }

        Drop(ShardDrop.HeldTooLong);
        return SlotFate.Kept;
    }
}
