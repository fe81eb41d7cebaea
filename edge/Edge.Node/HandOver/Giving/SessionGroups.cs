using Edge.Node.HandOver.State;
using Edge.Node.Sessions;

namespace Edge.Node.HandOver.Giving;

/// <summary>Which sessions go together, so that who watches and who is watched are in one node again at once: all that are
/// tied by tracks, in groups that fit a letter.</summary>
internal static class SessionGroups
{
    /// <summary>Bytes of a letter that groups are made for; the rest is room for what was guessed too low.</summary>
    private const int BytesUsual = GroupLetter.BytesMax * 7 / 10;

    private const int SessionBytes = 6 * 1024;
    private const int TrackBytes = 3 * 1024;

    /// <summary>Divides sessions: those that have to do with each other, in groups. Where an audience is larger than a group
    /// its publisher goes first with some of it: the others hear it from where it is then, until they are there too.</summary>
    /// <returns>Groups within one list go one after the other: who takes one asks for what it needs of the next.</returns>
    public static List<List<List<LeavingSession>>> Of(IReadOnlyCollection<LeavingSession> sessions)
    {
        var all = new List<List<List<LeavingSession>>>();
        foreach (var tied in FindTied(sessions))
        {
            all.Add(Divide(tied));
        }

        return all;
    }

    /// <summary>Cuts a list into groups that fit a letter.</summary>
    internal static List<List<LeavingSession>> Divide(List<LeavingSession> tied)
    {
        var groups = new List<List<LeavingSession>>();
        var group = new List<LeavingSession>();
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

        groups.Add(group);
        return groups;
    }

    private static int BytesOf(LeavingSession session) =>
        SessionBytes
        + (TrackBytes * ((session.Media?.Played.Length + session.Media?.Published.Length) ?? 0));

    private static IEnumerable<List<LeavingSession>> FindTied(
        IReadOnlyCollection<LeavingSession> sessions
    )
    {
        var ties = new SessionTies(sessions);
        foreach (var session in sessions)
        {
            if (session.Media is { } media)
            {
                TieMedia(ties, session, media);
            }

            TieChannels(ties, session);
        }

        return ties.All();
    }

    private static void TieMedia(SessionTies ties, LeavingSession session, Session media)
    {
        if (media.Role != SessionRole.Caller)
        {
            ties.Tie(session, media.Stream);
        }

        // Both arrays are replaced as a whole, so what is read is of one moment or another.
        foreach (var published in media.Published)
        {
            ties.Tie(session, published?.Source.Track);
        }

        foreach (var played in media.Played)
        {
            ties.Tie(session, played?.Track);
        }
    }

    /// <summary>A reader that moves apart from what it reads may miss messages.</summary>
    private static void TieChannels(SessionTies ties, LeavingSession session)
    {
        if (session.Calls is not { } calls)
        {
            return;
        }

        foreach (var channel in calls.DataChannels.All)
        {
            ties.Tie(session, channel.PublisherId);
        }
    }
}
