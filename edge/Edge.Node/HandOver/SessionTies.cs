namespace Edge.Node.HandOver;

/// <summary>Sessions that have something in common, directly or by others between them.</summary>
/// <param name="sessions">The sessions.</param>
internal sealed class SessionTies(IReadOnlyCollection<LeavingSession> sessions)
{
    private readonly Dictionary<LeavingSession, LeavingSession> _parents = sessions.ToDictionary(
        session => session,
        session => session
    );

    private readonly Dictionary<object, LeavingSession> _firsts = [];

    /// <summary>Ties a session to all that were tied to the same thing.</summary>
    public void Tie(LeavingSession session, object? thing)
    {
        if (thing is not null && !_firsts.TryAdd(thing, session))
        {
            _parents[Root(session)] = Root(_firsts[thing]);
        }
    }

    /// <summary>All sessions, those that are tied in one list.</summary>
    public IEnumerable<List<LeavingSession>> All()
    {
        var tied = new Dictionary<LeavingSession, List<LeavingSession>>();
        foreach (var session in sessions)
        {
            var root = Root(session);
            if (!tied.TryGetValue(root, out var list))
            {
                list = [];
                tied.Add(root, list);
            }

            list.Add(session);
        }

        return tied.Values;
    }

    private LeavingSession Root(LeavingSession session)
    {
        var root = session;
        while (_parents[root] != root)
        {
            root = _parents[root];
        }

        // Shorter for who comes next.
        _parents[session] = root;
        return root;
    }
}
