namespace Edge.Load.Rooms;

/// <summary>What came to one viewer, and what others sent for her.</summary>
internal sealed record ViewerCounts
{
    /// <summary>Packets that those whom she pulls sent, each once.</summary>
    public required long Published { get; init; }

    /// <summary>Packets that came to her, each once, without those that only fill a number.</summary>
    public required long Arrived { get; init; }

    /// <summary>Numbers that never came, not by retransmission either.</summary>
    public required long Missing { get; init; }

    /// <summary>Of what arrived, by retransmission.</summary>
    public required long Recovered { get; init; }

    /// <summary>Datagrams that came as far as her bad link, and were lost there.</summary>
    public required long LostOnLink { get; init; }

    /// <summary>Bytes of payloads that came.</summary>
    public required long Bytes { get; init; }

    /// <summary>Packets of each track that she pulls.</summary>
    public required long[] OfTracks { get; init; }

    /// <summary>Counts of a member now; on the driver's thread.</summary>
    public static ViewerCounts Of(RoomMember member)
    {
        var client = member.Client;
        var pulls = member.Pulls;
        return new ViewerCounts
        {
            Published = pulls.Sum(pull => SentBy(pull.Wanted)),
            Arrived = pulls.Sum(pull => pull.Track.Packets - pull.Track.Fillers),
            Missing = pulls.Sum(pull => pull.Track.Missing),
            Recovered = pulls.Sum(pull => pull.Track.Recovered),
            LostOnLink = client is null ? 0 : client.LostCount + (client.Path?.LostCount ?? 0),
            Bytes = pulls.Sum(pull => pull.Track.Bytes),
            OfTracks = [.. pulls.Select(pull => pull.Track.Packets)],
        };
    }

    /// <summary>What came between two counts. Nobody pulls more or less meanwhile.</summary>
    public static ViewerCounts operator -(ViewerCounts left, ViewerCounts right) =>
        new()
        {
            Published = left.Published - right.Published,
            Arrived = left.Arrived - right.Arrived,
            Missing = left.Missing - right.Missing,
            Recovered = left.Recovered - right.Recovered,
            LostOnLink = left.LostOnLink - right.LostOnLink,
            Bytes = left.Bytes - right.Bytes,
            OfTracks = [.. left.OfTracks.Zip(right.OfTracks, (after, before) => after - before)],
        };

    /// <summary>Sound is the first stream of a member, pictures the second.</summary>
    private static long SentBy(WantedTrack wanted) =>
        wanted.Publisher.Client?.Client.Streams[wanted.IsVideo ? 1 : 0].Packets ?? 0;
}
