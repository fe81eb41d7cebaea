using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.Taking;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Microsoft.Extensions.Logging;

namespace Edge.Node.HandOver.Giving;

/// <summary>Writes sessions of this node for another one, and forgets them once they are there.</summary>
/// <remarks>What is done in which order, and for whom, <see cref="WritingCourse{TSession}"/> and <see cref="GroupEnding"/> say.
/// Threads: any; a session is in one group at a time.</remarks>
internal sealed partial class SessionGiver(NodeState node, CallsNode calls, SessionTaker taker)
{
    /// <summary>How long data channels may take until nothing of them is on its way. Chosen: many round trips between
    /// shards, and no client notices.</summary>
    private static readonly TimeSpan SettleWithin = TimeSpan.FromMilliseconds(100);

    private readonly LeavingTracks _tracks = new(node);
    private readonly LeavingChannels _channels = new(node, calls);

    /// <summary>How long a request may hold a session. Chosen: longer than a step takes; who waits for more goes later.</summary>
    public TimeSpan GateWithin { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Writes those of a group that can move: they do nothing here from then on. The others go on.</summary>
    /// <param name="sessions">The group.</param>
    /// <param name="takesConnections">Whether sessions can move that are sent to over TCP.</param>
    public async ValueTask<WrittenGroup> WriteAsync(
        IReadOnlyList<LeavingSession> sessions,
        bool takesConnections = false
    )
    {
        var course = new WritingCourse<LeavingSession>(sessions);
        var group = new MovingGroup { TakesConnections = takesConnections };
        while (course.Step != WritingStep.Over)
        {
            await DoAsync(course.Step, course.Sessions, group);
            course.HandleDone();
        }

        return Pack(course.Sessions);
    }

    /// <summary>Forgets the sessions of a group, which another node has now, or this one again.</summary>
    /// <param name="group">The group.</param>
    /// <param name="to">The number of the node that has them.</param>
    /// <param name="isHere">Whether that is this one.</param>
    public ValueTask ForgetAsync(WrittenGroup group, ushort to, bool isHere) =>
        EndAsync(group, isHere ? GroupEnding.Returned(to) : GroupEnding.Moved(to));

    /// <summary>Ends the sessions of a group: nobody can be sure who has them.</summary>
    public ValueTask LoseAsync(WrittenGroup group) => EndAsync(group, GroupEnding.Lost());

    /// <summary>Takes back a group that nobody else took; false when that cannot be. The former sessions are to be
    /// ended either way.</summary>
    public async ValueTask<bool> TryReturnAsync(WrittenGroup group)
    {
        foreach (var leaving in group.Sessions)
        {
            ReturnConnections(leaving);
        }

        return await taker.ReturnAsync(group.Parcels) is null;
    }

    /// <summary>Does what is to be done when it is known what becomes of a group.</summary>
    public async ValueTask EndAsync(WrittenGroup group, GroupEnding ending)
    {
        while (ending.Step != EndingStep.Over)
        {
            await Task.WhenAll(group.Sessions.Select(leaving => DoAsync(ending, leaving)));
            ending.HandleDone();
        }
    }

    private async ValueTask DoAsync(
        WritingStep step,
        IReadOnlyList<LeavingSession> sessions,
        MovingGroup group
    )
    {
        switch (step)
        {
            case WritingStep.Enter:
                await Task.WhenAll(sessions.Select(EnterAsync));
                break;
            case WritingStep.Prepare:
                group.Add(sessions);
                await InTurnAsync(sessions, leaving => PrepareAsync(leaving, group));
                break;
            case WritingStep.Hold:
                await Task.WhenAll(sessions.Select(HoldAsync));
                group.SettlesBy = node.Clock.Now() + SettleWithin;
                break;
            case WritingStep.Settle:
            case WritingStep.SettleAgain:
                await InTurnAsync(
                    sessions,
                    leaving =>
                        SettleAsync(leaving, group.SettlesBy, isFirst: step == WritingStep.Settle)
                );
                break;
            case WritingStep.Describe:
                await InTurnAsync(sessions, DescribeAsync);
                break;
            case WritingStep.Capture:
                await Task.WhenAll(sessions.Select(leaving => CaptureAsync(leaving, group)));
                break;
            case WritingStep.Part:
                _channels.Part(sessions);
                break;
            case WritingStep.GoOn:
                await InTurnAsync(sessions, GoOnAsync);
                break;
            case WritingStep.Release:
                // All at once, and before the first is packed: watchers take the time until it is read for lateness.
                await Task.WhenAll(
                    sessions.Select(leaving =>
                        TryAsync(leaving, () => _tracks.ReleaseAsync(leaving))
                    )
                );
                break;
            case WritingStep.Over:
            default:
                throw new UnreachableException();
        }
    }

    private Task DoAsync(GroupEnding ending, LeavingSession leaving)
    {
        switch (ending.Step)
        {
            case EndingStep.NoteMoved:
                return TryAsync(leaving, () => NoteMoved(leaving, ending.Holder!.Value));
            case EndingStep.Forget:
                return TryAsync(
                    leaving,
                    () =>
                        Forget(
                            leaving,
                            // What came back was taken over again.
                            ending.Fate == GroupFate.Moved
                                ? ending.Holder
                                : null
                        )
                );
            case EndingStep.Lose:
                return TryAsync(leaving, () => Lose(leaving));
            case EndingStep.Depart:
                return DepartAsync(leaving, ending);
            case EndingStep.Over:
            default:
                throw new UnreachableException();
        }
    }

    private async Task InTurnAsync(
        IReadOnlyList<LeavingSession> sessions,
        Func<LeavingSession, Task> action
    )
    {
        foreach (var leaving in sessions)
        {
            await TryAsync(leaving, () => action(leaving));
        }
    }

    private Task TryAsync(LeavingSession leaving, Action action) =>
        TryAsync(
            leaving,
            () =>
            {
                action();
                return Task.CompletedTask;
            }
        );

    /// <summary>Does something for one session; what fails for it holds up no other one.</summary>
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a session: an error of ours, or its end, costs it alone."
    )]
    private async Task TryAsync(LeavingSession leaving, Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (OperationCanceledException)
        {
            // It has ended meanwhile.
            leaving.HasFailed = true;
        }
        catch (Exception error)
        {
            leaving.HasFailed = true;
            LogFailed(node.Logger, error);
        }
    }

    private async Task EnterAsync(LeavingSession leaving)
    {
        if (!await leaving.Gate.WaitAsync(GateWithin))
        {
            return;
        }

        if (!leaving.IsWhole)
        {
            leaving.Gate.Release();
            return;
        }

        node.Adoptions?.Moving.Begin(leaving.Id);
        leaving.IsEntered = true;
    }

    /// <summary>Brings to an end what requests and others have to do with a session.</summary>
    private async Task PrepareAsync(LeavingSession leaving, MovingGroup group)
    {
        if (leaving.Media is { Role: SessionRole.Publisher } publisher)
        {
            leaving.Claim = node.StreamDesk?.Release(publisher.Stream);
        }

        if (leaving.Calls is { } session)
        {
            await session.StopTellingAsync();
            await calls.LetReadersGoAsync(session, group.Has);
        }
    }

    private async Task HoldAsync(LeavingSession leaving)
    {
        if (leaving.Media is { } media)
        {
            var done = NewCompletion<bool>();
            Post(new ShardCommand.Hold(media, done));
            _ = await done.Task;
        }
    }

    private async Task SettleAsync(LeavingSession leaving, Instant by, bool isFirst)
    {
        var wasSettled = isFirst || leaving.IsSettled;
        leaving.IsSettled = false;
        leaving.IsSettled =
            await _channels.TrySettleAsync(leaving, by - node.Clock.Now()) && wasSettled;
    }

    private async Task DescribeAsync(LeavingSession leaving)
    {
        if (leaving.Calls is { } session)
        {
            await calls.ReleaseChannelsAsync(session);
            leaving.WriteCalls(node.Clock.Now());
        }
    }

    private async Task CaptureAsync(LeavingSession leaving, MovingGroup group)
    {
        if (leaving.Media is not { } media)
        {
            return;
        }

        var done = NewCompletion<SessionCaptured>();
        Post(new ShardCommand.Capture(media, group, leaving.Calls?.DataChannels, done));
        var captured = await done.Task;
        leaving.Take(captured);
        if (captured.Result != PeerCapture.Captured)
        {
            LogStayed(node.Logger, media.LogId, captured.Result);
        }
    }

    /// <summary>A session goes on here: what was brought to an end for it begins again.</summary>
    private async Task GoOnAsync(LeavingSession leaving)
    {
        await TryAsync(leaving, () => ResumeAsync(leaving));
        if (leaving.Media is { } media)
        {
            Post(new ShardCommand.Release(media));
        }

        Leave(leaving);
    }

    private async Task ResumeAsync(LeavingSession leaving)
    {
        if (leaving.Calls is { } session)
        {
            await calls.ResumeChannelsAsync(session);
            calls.FindChannelsAgain(session);
            calls.TellAgain(session);
        }

        if (leaving is { Claim: { } claim, Media: { } media })
        {
            node.StreamDesk?.GoOn(media.Stream, claim);
            if (media.IsOver)
            {
                // It ended while nothing was claimed for it.
                node.StreamDesk?.HandleUnpublished(media.Stream);
            }
        }
    }

    private WrittenGroup Pack(IReadOnlyList<LeavingSession> leaving)
    {
        var parcels = new List<byte[]>(leaving.Count);
        foreach (var session in leaving)
        {
            parcels.Add(session.Pack(node.Clock.Now()));
            session.Dispose();
        }

        return new WrittenGroup(leaving, parcels);
    }

    private void ReturnConnections(LeavingSession leaving)
    {
        foreach (var connection in leaving.TakeConnections())
        {
            if (!node.Arrived.TryAdd(connection, node.Clock.Now()))
            {
                connection.Dispose();
            }
        }
    }

    /// <summary>What comes for a session from now on is passed on, before anything here forgets it.</summary>
    private void NoteMoved(LeavingSession leaving, ushort to)
    {
        if (leaving.Media is { } media)
        {
            var clients = new List<NetworkAddress>(media.Routes.Count);
            for (var index = 0; index < media.Routes.Count; index++)
            {
                // What comes over a connection is passed on to nobody.
                if (media.Routes[index].Remote is { Connection: 0 } client)
                {
                    clients.Add(client);
                }
            }

            node.FlowDesk?.NoteMoved(clients, to);
        }

        node.Adoptions?.NoteMoved(leaving.Id, leaving.Fragments, to);
    }

    /// <summary>Forgets a session.</summary>
    /// <param name="leaving">The session.</param>
    /// <param name="to">The number of the other node that has it; null when it is here anew.</param>
    private void Forget(LeavingSession leaving, ushort? to)
    {
        if (leaving.Media is { } media)
        {
            node.ForgetMoved(media, to is { } heir ? _tracks.StreamOf(leaving, heir) : null);
        }

        if (leaving.Calls is { } session)
        {
            _ = calls.Forget(session);
        }

        if (to is not { } other)
        {
            return;
        }

        if (leaving.Media is { Role: SessionRole.Publisher } publisher)
        {
            node.StreamDesk?.EndMove(publisher.Stream);
        }

        _tracks.Confirm(leaving, other);
    }

    private void Lose(LeavingSession leaving)
    {
        _tracks.Unfollow(leaving);
        if (leaving.Media is { } media)
        {
            media.State = SessionState.Closed;
            node.StreamDesk?.EndMove(media.Stream);
            // That of a session with names ends with it.
            node.Forget(media);
        }
        else
        {
            _ = calls.Forget(leaving.Calls!);
        }
    }

    private async Task DepartAsync(LeavingSession leaving, GroupEnding ending)
    {
        if (ending.EndsConnections)
        {
            leaving.EndConnections();
        }
        else
        {
            leaving.CloseConnections();
        }

        if (leaving.Media is { } media)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Post(new ShardCommand.Depart(media, ending.Holder, done));
            await done.Task;
        }

        Leave(leaving);
        calls.FindChannelsAgain(leaving.ReadersLeft);
    }

    /// <summary>Who waits for a session finds it here, or where it is.</summary>
    private void Leave(LeavingSession leaving)
    {
        node.Adoptions?.Moving.End(leaving.Id);
        leaving.Gate.Release();
    }

    private void Post(ShardCommand.ForSession command) =>
        node.Shards[command.Session.OwnerShard].Post(command);

    private static TaskCompletionSource<T> NewCompletion<T>() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(3622, LogLevel.Error, "A session on its way to another node failed.")]
    private static partial void LogFailed(ILogger logger, Exception error);

    [LoggerMessage(3620, LogLevel.Debug, "Session {SessionId} stays for now: {Result}.")]
    private static partial void LogStayed(ILogger logger, string sessionId, PeerCapture result);
}
