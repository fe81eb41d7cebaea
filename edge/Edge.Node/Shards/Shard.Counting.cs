using Edge.Node.Sessions;
using Edge.Node.Telemetry;
using Edge.Primitives;

namespace Edge.Node.Shards;

/// <content>What operators are told of the sessions of a shard.</content>
internal sealed partial class Shard
{
    /// <summary>How its sessions came to media. Threads: others read single numbers.</summary>
    public StageCounts Stages { get; } = new();

    /// <summary>A session has its place in the table: it counts here from now on.</summary>
    private void Enter(Session session, int slot, Instant now)
    {
        session.Slot = slot;
        _figures.Enter(session);
        Note(session, SessionStages.Created, now);
    }

    /// <summary>A session gives its place up; what it counted here stays counted.</summary>
    private void LeaveTable(Session session)
    {
        _figures.Leave(session);
        _sessions.Remove(session.Slot);
        session.Slot = TimedSlots<Session>.NoSlot;
    }

    /// <summary>A session's client is sent to at an address: the first, or another than before.</summary>
    private void NoteSelected(Session session, Instant now)
    {
        if ((session.Stages & SessionStages.IceOk) != SessionStages.None)
        {
            _stats.PathChanges++;
        }

        Note(session, SessionStages.IceOk, now);
    }

    /// <summary>Notes what a session has reached, the first time.</summary>
    private void Note(Session session, SessionStages stage, Instant now)
    {
        if ((session.Stages & stage) == SessionStages.None)
        {
            session.Stages |= stage;
            Stages.NoteReached(stage, now - session.CreatedAt);
        }
    }
}
