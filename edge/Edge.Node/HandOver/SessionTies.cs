using Edge.Node.Sessions;

namespace Edge.Node.HandOver;

/// <summary>Sessions that have something in common, directly or by others between them.</summary>
/// <param name="sessions">The sessions.</param>
internal sealed class SessionTies(IReadOnlyCollection<Session> sessions)
{
    private readonly Dictionary<Session, Session> _parents = sessions.ToDictionary(
        session => session,
        session => session
    );

    private readonly Dictionary<object, Session> _firsts = [];

    /// <summary>Ties a session to all that were tied to the same thing.</summary>
    public void Tie(Session session, object? thing)
    {
        if (thing is not null && !_firsts.TryAdd(thing, session))
        {
            _parents[Root(session)] = Root(_firsts[thing]);
        }
    }

    /// <summary>All sessions, those that are tied in one list.</summary>
    public IEnumerable<List<Session>> All()
    {
        var tied = new Dictionary<Session, List<Session>>();
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

    private Session Root(Session session)
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
