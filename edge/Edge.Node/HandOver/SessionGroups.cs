using Edge.Node.HandOver.State;
using Edge.Node.Sessions;

namespace Edge.Node.HandOver;

/// <summary>Which sessions go together, so that who watches and who is watched are in one node again at once: all that are
/// tied by tracks, in groups that fit a letter.</summary>
internal static class SessionGroups
{
    /// <summary>Bytes of a letter that groups are made for; the rest is room for what was guessed too low.</summary>
    private const int BytesUsual = GroupLetter.BytesMax * 7 / 10;

    private const int SessionBytes = 6 * 1024;
    private const int TrackBytes = 3 * 1024;

    /// <summary>Divides sessions. Where an audience is larger than a group its viewers go first: they watch from where they
    /// are then, until their publisher is there too.</summary>
    public static List<List<Session>> Of(IReadOnlyCollection<Session> sessions)
    {
        var groups = new List<List<Session>>();
        foreach (var tied in FindTied(sessions))
        {
            Divide(tied, groups);
        }

        return groups;
    }

    private static void Divide(List<Session> tied, List<List<Session>> groups)
    {
        tied.Sort((one, other) => Turn(one).CompareTo(Turn(other)));
        var group = new List<Session>();
        var bytes = 0;
        foreach (var session in tied)
        {
            var more = BytesOf(session);
            if (group.Count == GroupLetter.SessionsMax || bytes + more > BytesUsual)
            {
                groups.Add(group);
                group = [];
                bytes = 0;
            }

            group.Add(session);
            bytes += more;
        }

        if (group.Count > 0)
        {
            groups.Add(group);
        }
    }

    private static int Turn(Session session) =>
        session.Role switch
        {
            SessionRole.Player => 0,
            SessionRole.Caller => 1,
            _ => 2,
        };

    private static int BytesOf(Session session) =>
        SessionBytes + (TrackBytes * (session.Played.Length + session.Published.Length));

    private static IEnumerable<List<Session>> FindTied(IReadOnlyCollection<Session> sessions)
    {
        var ties = new SessionTies(sessions);
        foreach (var session in sessions)
        {
            if (session.Role != SessionRole.Caller)
            {
                ties.Tie(session, session.Stream);
            }

            // Both arrays are replaced as a whole, so what is read is of one moment or another.
            foreach (var published in session.Published)
            {
                ties.Tie(session, published?.Source.Track);
            }

            foreach (var played in session.Played)
            {
                ties.Tie(session, played?.Track);
            }
        }

        return ties.All();
    }
}
