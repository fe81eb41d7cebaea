using Control.Contract.Calls;

namespace Control.Server.Placement;

/// <summary>Makes one page of the pages of several nodes.</summary>
internal static class SessionPages
{
    /// <summary>Merges pages that were asked for from the same id on.</summary>
    /// <param name="pages">One of each node, in the order of ids.</param>
    /// <param name="countMax">Most sessions of the result.</param>
    public static SessionPage Merge(IReadOnlyCollection<SessionPage> pages, int countMax)
    {
        // Behind the end of a page that goes on, its node may have sessions that are not here: what
        // others have there waits for the next page.
        var end = pages
            .Select(page => page.Next)
            .Where(next => next is not null)
            .Min(StringComparer.Ordinal);
        var all = pages
            .SelectMany(page => page.Sessions)
            .DistinctBy(session => session.SessionId, StringComparer.Ordinal)
            .Where(session => end is null || string.CompareOrdinal(session.SessionId, end) <= 0)
            .OrderBy(session => session.SessionId, StringComparer.Ordinal)
            .ToList();
        var goesOn = end is not null || all.Count > countMax;
        var page = all.Take(countMax).ToList();
        return new SessionPage([.. page], goesOn ? page.LastOrDefault()?.SessionId ?? end : null)
        {
            IsIncomplete = pages.Any(each => each.IsIncomplete),
        };
    }
}
