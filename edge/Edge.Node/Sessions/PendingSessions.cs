namespace Edge.Node.Sessions;

/// <summary>Sessions that were answered and are not connected yet, oldest first.</summary>
/// <remarks>Bounded: beyond the limit the oldest has to go (rule R6). Threads: any.</remarks>
internal sealed class PendingSessions
{
    private readonly Queue<Session> _sessions = new();
    private readonly Lock _lock = new();
    private readonly int _limit;

    /// <summary>Makes an empty list.</summary>
    public PendingSessions(int limit)
    {
        _limit = limit;
    }

    /// <summary>Adds a session; returns the one that has to go for it, or null.</summary>
    public Session? Add(Session session)
    {
        lock (_lock)
        {
            if (_sessions.Count >= _limit)
            {
                Compact();
            }

            var displaced = _sessions.Count >= _limit ? _sessions.Dequeue() : null;
            _sessions.Enqueue(session);
            return displaced;
        }
    }

    /// <summary>Lets go of sessions that connected or closed, so that nothing is kept for them.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            Compact();
        }
    }

    private void Compact()
    {
        for (var left = _sessions.Count; left > 0; left--)
        {
            var session = _sessions.Dequeue();
            if (session.State is SessionState.New or SessionState.Connecting)
            {
                _sessions.Enqueue(session);
            }
        }
    }
}
