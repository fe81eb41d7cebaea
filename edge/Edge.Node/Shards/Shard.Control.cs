using System.Diagnostics.CodeAnalysis;
using Edge.Node.Sessions;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Ice;

namespace Edge.Node.Shards;

/// <content>Commands, signals of other shards, and the map of flows.</content>
internal sealed partial class Shard
{
    /// <summary>Takes commands; true when more wait than a turn takes.</summary>
    private bool TakeCommands(Instant now)
    {
        var taken = 0;
        for (; taken < CommandTurnMax && _mailbox.TryTake(out var command); taken++)
        {
            Handle(command, now);
        }

        return taken == CommandTurnMax;
    }

    private void Handle(ShardCommand command, Instant now)
    {
        switch (command)
        {
            case ShardCommand.ForSession forSession:
                HandleForSession(forSession, now);
                break;
            case ShardCommand.RemoveRoute route:
                RemoveFlow(route.Session, route.Address);
                ForgetRoute(route.Session, route.Address);
                break;
            case ShardCommand.EndSource source:
                if (source.Source.Track.Replica(Index) is { } replica)
                {
                    replica.End(source.Source, now);
                    _replicas.Touch(replica.Slot);
                    CloseIfIdle(replica);
                }

                break;
            case ShardCommand.RetireTrack retired:
                if (retired.Track.Replica(Index) is { } last)
                {
                    CloseIfIdle(last);
                }

                break;
            case ShardCommand.ForTrack forTrack:
                HandleForTrack(forTrack, now);
                break;
            case ShardCommand.FollowRemote follow:
                if (follow.Track.Replica(Index) is { } following)
                {
                    Introduce(following, now);
                    _replicas.Touch(following.Slot);
                }

                break;
            case ShardCommand.GoOn going:
                GoOn(going.Track, now);
                break;
            case ShardCommand.ForgetLayer forget:
                ForgetLayer(forget.Track, forget.Layer);
                break;
            case ShardCommand.LeaveOut leave:
                LeaveOut(leave.Track, leave.Layers, now);
                break;
            case ShardCommand.ForChannels channels:
                HandleChannels(channels, now);
                break;
            case ShardCommand.ForgetSilent silent:
                ForgetSilent(silent.Track, now);
                break;
            case ShardCommand.RelieveMemory relieve:
                RelieveMemory(relieve.Keep, now);
                break;
            case ShardCommand.ForSteering steering:
                HandleForSteering(steering, now);
                break;
            case ShardCommand.Report report:
                report.Done.TrySetResult(_figures.With(_sessions.Items, _replicas.Items));
                break;
            case ShardCommand.ForConnections connections:
                HandleForConnections(connections, now);
                break;
            case ShardCommand.Stop:
                Stop(now);
                break;
            default:
                break;
        }
    }

    private void ForgetSilent(StreamTrack track, Instant now)
    {
        if (track.Replica(Index) is { } quiet)
        {
            quiet.Track.ShrinkCache(TimeSpan.Zero, now);
            _replicas.Touch(quiet.Slot);
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The per-peer boundary: an error of ours ends one session, not the node."
    )]
    private void HandleForSession(ShardCommand.ForSession command, Instant now)
    {
        if (command.Session.OwnerShard != Index)
        {
            // It moved on in the meantime.
            _node.Shards[command.Session.OwnerShard].Post(command);
            return;
        }

        try
        {
            if (command is ShardCommand.ForMove move)
            {
                HandleForMove(move, now);
            }
            else
            {
                Act(command.Session, command, now);
            }
        }
        catch (Exception error)
        {
            Fault(command.Session, error, now);
            Refuse(command);
        }
    }

    private void Act(Session session, ShardCommand.ForSession command, Instant now)
    {
        var isAlive =
            !session.IsOver
            && (session.Slot != TimedSlots<Session>.NoSlot || TryAdopt(session, now));
        switch (command)
        {
            case ShardCommand.Adopt:
                break;
            case ShardCommand.Close close:
                if (isAlive)
                {
                    session.Peer.Close(now);
                    TrySettle(session, now);
                }

                close.Done?.TrySetResult(isAlive);
                break;
            case ShardCommand.Abandon:
                if (isAlive)
                {
                    session.Peer.Close(now);
                    Finish(session);
                }

                break;
            case ShardCommand.ForgetPath forget when isAlive:
                session.Peer.Transport.HandlePathClosed(forget.Address, now);
                TrySettle(session, now);
                break;
            case ShardCommand.RestartIce restart:
                if (isAlive)
                {
                    Restart(session.Peer.Transport.Ice, restart, now);
                    session.IceTag = restart.Local.UsernameFragment;
                    TrySettle(session, now);
                }

                restart.Done.TrySetResult(isAlive);
                break;
            case ShardCommand.ChangeMedia change:
                if (isAlive)
                {
                    Change(session, change.Changes, now);
                    TrySettle(session, now);
                }

                change.Done.TrySetResult(isAlive);
                break;
            case ShardCommand.SelectLayer select:
                select.Done.TrySetResult(
                    isAlive
                        ? SelectLayer(session, select.Choice, now)
                        : new Control.Contract.PlayerChangeResult.NotFound()
                );
                break;
            case ShardCommand.Describe describe:
                describe.Done.TrySetResult(isAlive ? SessionReporter.Describe(session, now) : null);
                break;
            case ShardCommand.Measure:
                if (isAlive)
                {
                    _node.Callers?.HandleMeasured(session, SessionReporter.Measure(session), now);
                }

                break;
            default:
                break;
        }
    }

    private static void Restart(IceAgent ice, ShardCommand.RestartIce restart, Instant now)
    {
        ice.RestartLocal(restart.Local, restart.Remote, now);
        foreach (var target in restart.Targets)
        {
            ice.AddRemoteCandidate(target, now);
        }
    }

    /// <summary>Answers a request that came too late: there are no sessions any more.</summary>
    private static void Refuse(ShardCommand command)
    {
        switch (command)
        {
            case ShardCommand.Close close:
                close.Done?.TrySetResult(false);
                break;
            case ShardCommand.RestartIce restart:
                restart.Done.TrySetResult(false);
                break;
            case ShardCommand.ChangeMedia change:
                change.Done.TrySetResult(false);
                break;
            case ShardCommand.ChangeChannels change:
                change.Done?.TrySetResult(false);
                break;
            case ShardCommand.ForMove move:
                RefuseMove(move);
                break;
            case ShardCommand.AddReader add:
                add.Done.TrySetResult(false);
                break;
            case ShardCommand.SelectLayer select:
                select.Done.TrySetResult(new Control.Contract.PlayerChangeResult.NotFound());
                break;
            case ShardCommand.Describe describe:
                describe.Done.TrySetResult(null);
                break;
            case ShardCommand.TellLayers tell:
                tell.Done?.TrySetResult(null);
                break;
            default:
                break;
        }
    }

    /// <summary>Ends every session with its goodbye, then the thread.</summary>
    private void Stop(Instant now)
    {
        foreach (var session in _sessions.Items)
        {
            if (session is not null)
            {
                session.Peer.Close(now);
                TrySettle(session, now);
            }
        }

        _io.Flush();
        FlushConnections(now);
        _isStopping = true;
    }

    [HotPath]
    private void HandleSignal(in SignalMessage signal, Instant now)
    {
        switch (signal.Kind)
        {
            case SignalKind.RouteAdded:
                if (signal.Session!.State != SessionState.Closed)
                {
                    _flows[signal.Address] = signal.Session;
                }

                break;
            case SignalKind.KeyFrameWanted:
                WantKeyFrame(signal.Source!, signal.Layer, now);
                break;
            case SignalKind.SenderReport:
                if (
                    signal.Source!.Track.Replica(Index) is { } replica
                    && ReferenceEquals(replica.Source, signal.Source)
                )
                {
                    replica.Track.SetSenderReport(signal.Layer, signal.Ntp, signal.RtpTimestamp);
                }

                break;
            case SignalKind.LayerWord:
                if (
                    signal.Source!.Track.Replica(Index) is { } claimed
                    && ReferenceEquals(claimed.Source, signal.Source)
                )
                {
                    Believe(claimed, signal.Layer, signal.Word, now);
                }

                break;
            default:
                break;
        }
    }

    [HotPath]
    private void Signal(int to, in SignalMessage message)
    {
        Signal(_node.Mesh.Link(Index, to), message);
        _wroteTo |= 1UL << to;
    }

    [HotPath]
    private void Signal(ShardLink link, in SignalMessage message)
    {
        if (!link.Signals.TryWrite(message))
        {
            Drop(ShardDrop.SignalRingFull);
        }
    }

    private void Believe(TrackReplica replica, int layer, in TrackInlet.LayerWord word, Instant now)
    {
        var claim = word.Claim;
        switch (word.Said)
        {
            case LayerSpeaker.Publisher:
                replica.Track.SetLayerAllocation(layer, claim.Pixels, claim.IsActive, now);
                break;
            case LayerSpeaker.Node:
                replica.Track.SetLayerState(layer, claim.IsActive, claim.Pixels, word.Rate, now);
                break;
            case LayerSpeaker.Nobody:
            default:
                break;
        }

        _replicas.Touch(replica.Slot);
    }

    private static SignalMessage Word(
        TrackSource source,
        int layer,
        in TrackInlet.LayerWord word
    ) =>
        new()
        {
            Kind = SignalKind.LayerWord,
            Source = source,
            Layer = unchecked((byte)layer),
            Word = word,
        };

    private static SignalMessage Report(
        TrackSource source,
        int layer,
        in TrackInlet.LayerReport report
    ) =>
        new()
        {
            Kind = SignalKind.SenderReport,
            Source = source,
            Layer = unchecked((byte)layer),
            Ntp = report.Ntp,
            RtpTimestamp = report.RtpTimestamp,
        };
}
