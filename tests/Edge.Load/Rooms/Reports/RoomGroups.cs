using Edge.Load.Reports;
using Edge.Primitives;

namespace Edge.Load.Rooms.Reports;

/// <summary>From what was counted of members to what a group of them got.</summary>
internal static class RoomGroups
{
    /// <summary>Summarises members.</summary>
    /// <param name="members">Each with what came to her in the window.</param>
    /// <param name="tracks">Tracks that each should have.</param>
    /// <param name="seconds">Length of the window.</param>
    /// <param name="latencies">Of what came to them.</param>
    public static RoomGroup Of(
        IReadOnlyList<(RoomMember Member, ViewerCounts Counts)> members,
        int tracks,
        double seconds,
        RoomLatencies latencies
    )
    {
        var published = members.Sum(each => each.Counts.Published);
        var arrived = members.Sum(each => each.Counts.Arrived);
        var missing = members.Sum(each => each.Counts.Missing);
        var kilobits = members.Select(each => each.Counts.Bytes * 8 / 1000.0 / seconds).ToArray();
        return new RoomGroup
        {
            Viewers = members.Count,
            Complete = members.Count(each => IsComplete(each.Counts, tracks)),
            ArrivedPercent = Percent(arrived, published),
            ArrivedLeastPercent = members.Min(each =>
                Percent(each.Counts.Arrived, each.Counts.Published)
            ),
            LostPercent = Percent(missing, arrived + missing),
            RecoveredPerSecond = members.Sum(each => each.Counts.Recovered) / seconds,
            KilobitsMedian = Summary.Median(kilobits),
            KilobitsLeast = kilobits.Min(),
            Video = Distribution.Of(latencies.Video),
            Audio = Distribution.Of(latencies.Audio),
            Join = Distribution.Of(members.Select(each => JoinOf(each.Member)).OfType<TimeSpan>()),
            JoinRequests = Distribution.Of(
                members
                    .Where(each => each.Member.AskedAt.IsSet)
                    .Select(each => each.Member.AskedAt - each.Member.StartedAt)
            ),
            LaterPull = Distribution.Of(
                members
                    .SelectMany(each => each.Member.Pulls)
                    .Where(pull => pull.Wanted is { IsVideo: true, IsOfJoin: false })
                    .Where(pull => pull.Track.FirstAt.IsSet)
                    .Select(pull => pull.Track.FirstAt - pull.Wanted.Since)
            ),
        };
    }

    private static bool IsComplete(ViewerCounts counts, int tracks) =>
        counts.OfTracks.Length == tracks && counts.OfTracks.All(packets => packets > 0);

    /// <summary>Until the last camera's first packet; null for the first in the room, and where one never came.
    /// Sound says nothing here: who is silent sends a packet each 400 ms.</summary>
    private static TimeSpan? JoinOf(RoomMember member)
    {
        Instant[] first =
        [
            .. member
                .Pulls.Where(pull => pull.Wanted is { IsVideo: true, IsOfJoin: true })
                .Select(pull => pull.Track.FirstAt),
        ];
        return first.Length > 0 && first.All(at => at.IsSet)
            ? first.Max() - member.StartedAt
            : null;
    }

    private static double Percent(long part, long whole) => whole == 0 ? 0 : 100.0 * part / whole;
}
