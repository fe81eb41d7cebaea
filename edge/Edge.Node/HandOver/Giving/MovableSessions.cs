using System.Collections.Concurrent;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Protocol.Ice;
using Edge.Protocol.Transport;
using Microsoft.Extensions.Logging;

namespace Edge.Node.HandOver.Giving;

/// <summary>Which sessions of a node that departs could go now. The others are not held up in vain, round after round: what can
/// change is asked for again, what cannot is remembered.</summary>
/// <remarks>Bounded by the node's sessions, and lives as long as the departure. Threads: any.</remarks>
internal sealed partial class MovableSessions(NodeState node)
{
    private readonly ConcurrentDictionary<Session, PeerCapture> _known = new();
    private readonly ConcurrentDictionary<string, PeerCapture> _silent = new(
        StringComparer.Ordinal
    );

    /// <summary>Finds sessions that are connected and that nothing keeps here.</summary>
    /// <param name="takesConnections">Whether TCP connections can go along, or be given up.</param>
    public async Task<List<LeavingSession>> FindAsync(bool takesConnections)
    {
        var asked = new List<(Session Session, Task<PeerCapture> Answer)>();
        foreach (var session in node.Sessions.All)
        {
            if (
                session is { State: SessionState.Connected, OwnSocket: null }
                && !IsForever(_known.GetValueOrDefault(session))
            )
            {
                asked.Add((session, AskAsync(session)));
            }
        }

        var movable = new List<LeavingSession>(asked.Count);
        foreach (var (session, answer) in asked)
        {
            var obstacle = await answer;
            var isOverConnection = obstacle == PeerCapture.OverConnection;
            if (IsObstacle(obstacle) && !(isOverConnection && takesConnections))
            {
                Note(session, obstacle);
                continue;
            }

            var leaving = LeavingSession.Of(node, session);
            leaving.IsOverConnection = isOverConnection;
            movable.Add(leaving);
        }

        return movable;
    }

    /// <summary>Finds sessions that no client has answered yet.</summary>
    public IEnumerable<LeavingSession> FindSilent() =>
        node
            .Calls.All.Where(session =>
                session is { Media: null, IceMode: IceMode.Lite }
                && !_silent.ContainsKey(session.Id)
            )
            .Select(session => new LeavingSession(media: null, session));

    /// <summary>Notes which of those that were to go stay for good.</summary>
    public void Note(List<LeavingSession> group)
    {
        foreach (var leaving in group)
        {
            if (leaving.Obstacle is not { } obstacle)
            {
                continue;
            }

            if (leaving.Media is { } media)
            {
                Note(media, obstacle);
            }
            else
            {
                _silent[leaving.Id] = obstacle;
            }
        }
    }

    private Task<PeerCapture> AskAsync(Session session)
    {
        var done = new TaskCompletionSource<PeerCapture>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        node.Shards[session.OwnerShard].Post(new ShardCommand.AskMove(session, done));
        return done.Task;
    }

    private void Note(Session session, PeerCapture obstacle)
    {
        if (_known.GetValueOrDefault(session) != obstacle)
        {
            _known[session] = obstacle;
            LogStays(node.Logger, session.LogId, obstacle);
        }
    }

    /// <summary>Whether it is kept here by something that takes longer than to be held.</summary>
    private static bool IsObstacle(PeerCapture answer) =>
        answer switch
        {
            PeerCapture.Captured or PeerCapture.NotDrained or PeerCapture.ChannelsUnsettled =>
                false,
            PeerCapture.NotConnected
            or PeerCapture.HandshakeInFlight
            or PeerCapture.OverConnection
            or PeerCapture.TooLong
            or PeerCapture.Unreadable => true,
            _ => true,
        };

    private static bool IsForever(PeerCapture obstacle) =>
        obstacle is PeerCapture.TooLong or PeerCapture.Unreadable;

    [LoggerMessage(3626, LogLevel.Debug, "Session {SessionId} stays for now: {Obstacle}.")]
    private static partial void LogStays(ILogger logger, string sessionId, PeerCapture obstacle);
}
