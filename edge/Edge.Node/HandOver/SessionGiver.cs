using System.Security.Cryptography;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Protocol.Transport;

namespace Edge.Node.HandOver;

/// <summary>Writes sessions of this node for another one, and forgets them once they are there.</summary>
/// <remarks>Threads: any; a session is in one group at a time.</remarks>
internal sealed class SessionGiver(NodeState node)
{
    /// <summary>Writes those of a group that can move: they do nothing here from then on. The others go on.</summary>
    public async ValueTask<WrittenGroup> WriteAsync(IReadOnlyList<Session> sessions)
    {
        // All are held before the first is written: what a publisher sent has then been seen by all or by none.
        var held = await HoldAsync(sessions);
        var written = new WrittenTracks();
        var captures = held.ConvertAll(session => CaptureAsync(session, written));
        var group = new WrittenGroup();
        foreach (var captured in await Task.WhenAll(captures))
        {
            if (captured.Result == PeerCapture.Captured)
            {
                group.Add(captured.Session, captured.State);
                continue;
            }

            group.Stayed.Add(captured);
            Post(captured.Session, new ShardCommand.Release(captured.Session));
        }

        return group;
    }

    /// <summary>Forgets the sessions of a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="to">The number of the node that has them now; null when nobody can be sure of that.</param>
    public async ValueTask ForgetAsync(WrittenGroup group, ushort? to)
    {
        var departed = new List<Task>(group.Sessions.Count);
        foreach (var session in group.Sessions)
        {
            node.ForgetMoved(session);
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            departed.Add(done.Task);
            Post(session, new ShardCommand.Depart(session, to, done));
        }

        await Task.WhenAll(departed);
    }

    private async ValueTask<List<Session>> HoldAsync(IReadOnlyList<Session> sessions)
    {
        var asked = new List<(Session Session, Task<bool> IsHeld)>(sessions.Count);
        foreach (var session in sessions)
        {
            var done = NewCompletion<bool>();
            asked.Add((session, done.Task));
            Post(session, new ShardCommand.Hold(session, done));
        }

        var held = new List<Session>(sessions.Count);
        foreach (var (session, isHeld) in asked)
        {
            if (await isHeld)
            {
                held.Add(session);
            }
        }

        return held;
    }

    private Task<SessionCaptured> CaptureAsync(Session session, WrittenTracks written)
    {
        var done = NewCompletion<SessionCaptured>();
        Post(session, new ShardCommand.Capture(session, written, done));
        return done.Task;
    }

    private void Post(Session session, ShardCommand command) =>
        node.Shards[session.OwnerShard].Post(command);

    private static TaskCompletionSource<T> NewCompletion<T>() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
