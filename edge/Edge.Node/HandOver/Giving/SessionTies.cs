namespace Edge.Node.HandOver.Giving;

/// <summary>Sessions that have something in common, directly or by others between them.</summary>
/// <param name="sessions">The sessions.</param>
internal sealed class SessionTies(IReadOnlyCollection<LeavingSession> sessions)
{
    private readonly Dictionary<LeavingSession, List<object>> _things = sessions.ToDictionary(
        session => session,
        _ => new List<object>()
    );

    private readonly Dictionary<object, List<LeavingSession>> _sharing = [];

    /// <summary>Ties a session to all that are tied to the same thing. Comes for one session after the other.</summary>
    public void Tie(LeavingSession session, object? thing)
    {
        if (thing is null)
        {
            return;
        }

        if (!_sharing.TryGetValue(thing, out var sharing))
        {
            sharing = [];
            _sharing.Add(thing, sharing);
        }

        // Each session is tied to all that it has, then the next.
        if (sharing.Count == 0 || sharing[^1] != session)
        {
            sharing.Add(session);
            _things[session].Add(thing);
        }
    }

    /// <summary>All sessions, those that are tied in one list: who publishes first, and behind each whoever has most to do with
    /// it, so that a list that is cut parts few. The same for the same sessions, in whatever order they came.</summary>
    public IEnumerable<List<LeavingSession>> All()
    {
        foreach (var sharing in _sharing.Values)
        {
            sharing.Sort(Compare);
        }

        var seen = new HashSet<LeavingSession>();
        var walked = new HashSet<object>();
        foreach (var first in sessions.Order(Comparer<LeavingSession>.Create(Compare)))
        {
            if (!seen.Contains(first))
            {
                yield return Walk(first, seen, walked);
            }
        }
    }

    /// <summary>Goes as deep as it can, so that a chain stays one.</summary>
    private List<LeavingSession> Walk(
        LeavingSession first,
        HashSet<LeavingSession> seen,
        HashSet<object> walked
    )
    {
        var list = new List<LeavingSession>();
        var next = new Stack<LeavingSession>([first]);
        while (next.TryPop(out var session))
        {
            if (!seen.Add(session))
            {
                continue;
            }

            list.Add(session);
            foreach (var thing in _things[session])
            {
                // All who share it wait for their turn already.
                if (!walked.Add(thing))
                {
                    continue;
                }

                var sharing = _sharing[thing];
                for (var index = sharing.Count - 1; index >= 0; index--)
                {
                    next.Push(sharing[index]);
                }
            }
        }

        return list;
    }

    /// <summary>Publishers of streams first, then those at the ends of chains.</summary>
    private int Compare(LeavingSession one, LeavingSession other)
    {
        var byRole = Turn(one).CompareTo(Turn(other));
        var byTies = byRole != 0 ? byRole : Ties(one).CompareTo(Ties(other));
        return byTies != 0 ? byTies : string.CompareOrdinal(one.Id, other.Id);
    }

    private static int Turn(LeavingSession session) =>
        session.Role == Sessions.SessionRole.Publisher ? 0 : 1;

    private int Ties(LeavingSession session)
    {
        var ties = 0;
        foreach (var thing in _things[session])
        {
            ties += _sharing[thing].Count - 1;
        }

        return ties;
    }
}
