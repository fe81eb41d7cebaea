using Edge.Mesh;
using Edge.Node.HandOver.State;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Protocol.Transport;
using Edge.Wire.Mesh;
using Microsoft.Extensions.Logging;

namespace Edge.Node.HandOver;

/// <summary>Writes sessions of this node for another one, and forgets them once they are there.</summary>
/// <remarks>Threads: any; a session is in one group at a time.</remarks>
internal sealed partial class SessionGiver(NodeState node)
{
    /// <summary>How long a request may hold a session. Chosen: longer than a step takes; who waits for more goes later.</summary>
    private static readonly TimeSpan GateWithin = TimeSpan.FromMilliseconds(500);

    /// <summary>Writes those of a group that can move: they do nothing here from then on. The others go on.</summary>
    public async ValueTask<WrittenGroup> WriteAsync(IReadOnlyList<Session> sessions)
    {
        var leaving = await EnterAsync(sessions);
        // All are held before the first is written: what a publisher sent has then been seen by all or by none.
        await HoldAsync(leaving);
        var written = new WrittenTracks();
        await Task.WhenAll(leaving.ConvertAll(session => CaptureAsync(session, written)));
        foreach (var stayed in leaving.FindAll(session => !session.IsWritten))
        {
            Stay(stayed);
        }

        leaving.RemoveAll(session => !session.IsWritten);
        return await PackAsync(leaving);
    }

    /// <summary>Forgets the sessions of a group, which another node has now, or this one again.</summary>
    /// <param name="group">The group.</param>
    /// <param name="to">The number of the node that has them.</param>
    /// <param name="isHere">Whether that is this one.</param>
    public async ValueTask ForgetAsync(WrittenGroup group, ushort to, bool isHere)
    {
        foreach (var leaving in group.Sessions)
        {
            var followed = isHere ? [] : await FollowAsync(leaving, to);
            ForgetNames(leaving, to, isHere, followed);
            await DepartAsync(leaving, to);
            foreach (var track in followed)
            {
                node.Engine?.ConfirmMoved(track);
            }
        }
    }

    /// <summary>Ends the sessions of a group: nobody can be sure who has them.</summary>
    public async ValueTask LoseAsync(WrittenGroup group)
    {
        foreach (var leaving in group.Sessions)
        {
            var session = leaving.Session;
            session.State = SessionState.Closed;
            node.StreamDesk?.EndMove(session.Stream);
            node.Forget(session);
            node.Adoptions?.Moving.End(session.Id);
            await DepartAsync(leaving, to: null);
        }
    }

    private async ValueTask<List<LeavingSession>> EnterAsync(IReadOnlyList<Session> sessions)
    {
        var leaving = new List<LeavingSession>(sessions.Count);
        foreach (var session in sessions)
        {
            if (!await session.Gate.WaitAsync(GateWithin))
            {
                continue;
            }

            node.Adoptions?.Moving.Begin(session.Id);
            leaving.Add(
                new LeavingSession(session)
                {
                    Claim =
                        session.Role == SessionRole.Publisher
                            ? node.StreamDesk?.Release(session.Stream)
                            : null,
                }
            );
        }

        return leaving;
    }

    private async ValueTask HoldAsync(List<LeavingSession> leaving)
    {
        var held = new List<Task>(leaving.Count);
        foreach (var session in leaving)
        {
            var done = NewCompletion<bool>();
            held.Add(done.Task);
            Post(session.Session, new ShardCommand.Hold(session.Session, done));
        }

        await Task.WhenAll(held);
    }

    private async Task CaptureAsync(LeavingSession leaving, WrittenTracks written)
    {
        var session = leaving.Session;
        var done = NewCompletion<SessionCaptured>();
        Post(session, new ShardCommand.Capture(session, written, done));
        var captured = await done.Task;
        if (captured.Result == PeerCapture.Captured)
        {
            leaving.Take(captured.State);
        }
        else
        {
            LogStayed(node.Logger, session.LogId, captured.Result);
        }
    }

    /// <summary>A session goes on here.</summary>
    private void Stay(LeavingSession leaving)
    {
        var session = leaving.Session;
        Post(session, new ShardCommand.Release(session));
        if (leaving.Claim is { } claim)
        {
            node.StreamDesk?.GoOn(session.Stream, claim);
        }

        node.Adoptions?.Moving.End(session.Id);
        session.Gate.Release();
    }

    private async ValueTask<WrittenGroup> PackAsync(List<LeavingSession> leaving)
    {
        var parcels = new List<byte[]>(leaving.Count);
        foreach (var session in leaving)
        {
            await ReleaseTracksAsync(session);
            parcels.Add(session.Pack(node.Clock.Now()));
            session.Dispose();
        }

        return new WrittenGroup(leaving, parcels);
    }

    /// <summary>Nothing leaves of its tracks for other nodes afterwards.</summary>
    private async ValueTask ReleaseTracksAsync(LeavingSession leaving)
    {
        if (node.Engine is not { } engine)
        {
            return;
        }

        foreach (var published in leaving.Session.Published)
        {
            if (published?.Source is not { } source)
            {
                continue;
            }

            var memory =
                source.Track.ShardsWithViewers != 0
                    ? await engine.ReleaseFollowedAsync(
                        source.Track,
                        TokenOf(leaving.Session, source),
                        leaving.Session.Stream.AppId
                    )
                    : await engine.ReleaseExportAsync(source.Track);
            if (memory is not null)
            {
                leaving.Exports.Add(source.Section, memory);
            }
        }
    }

    private static TrackToken TokenOf(Session session, TrackSource source) =>
        source.Track.Exported?.Token
        ?? TrackToken.Create(session.Id, source.Track.Named?.Name ?? $"{source.Section}");

    /// <summary>Has viewers that stay take its tracks from where they are now.</summary>
    private async ValueTask<List<RemoteTrack>> FollowAsync(LeavingSession leaving, ushort to)
    {
        var followed = new List<RemoteTrack>();
        foreach (var published in leaving.Session.Published)
        {
            if (
                published?.Source is { } source
                && node.Engine is { } engine
                && source.Track.ShardsWithViewers != 0
                && leaving.Exports.TryGetValue(source.Section, out var memory)
                && await engine.FollowMovedAsync(source.Track, memory, HeirOf(engine, to))
                    is { } track
            )
            {
                followed.Add(track);
            }
        }

        return followed;
    }

    private static NodeAddress HeirOf(MeshEngine engine, ushort to) => engine.Self with { Node = to };

    private void ForgetNames(
        LeavingSession leaving,
        ushort to,
        bool isHere,
        List<RemoteTrack> followed
    )
    {
        var session = leaving.Session;
        var stream =
            leaving.Claim is { } claim && followed.Count > 0
                ? RemoteStream.Moved(session.Stream, claim, HeirOf(node.Engine!, to), followed)
                : null;
        node.ForgetMoved(session, stream);
        if (isHere)
        {
            node.Adoptions?.Moving.End(session.Id);
            return;
        }

        node.StreamDesk?.EndMove(session.Stream);
        node.Adoptions?.NoteMoved(session.Id, session.Fragments, to);
    }

    private async ValueTask DepartAsync(LeavingSession leaving, ushort? to)
    {
        var session = leaving.Session;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(session, new ShardCommand.Depart(session, to, done));
        await done.Task;
        session.Gate.Release();
    }

    private void Post(Session session, ShardCommand command) =>
        node.Shards[session.OwnerShard].Post(command);

    private static TaskCompletionSource<T> NewCompletion<T>() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(3620, LogLevel.Debug, "Session {SessionId} stays for now: {Result}.")]
    private static partial void LogStayed(ILogger logger, string sessionId, PeerCapture result);
}
