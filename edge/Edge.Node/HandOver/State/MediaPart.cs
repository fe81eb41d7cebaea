using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>What a session receives and is sent, and where from, as it goes to another node.</summary>
internal sealed record MediaPart
{
    /// <summary>Its flows.</summary>
    public required RoutePart[] Routes { get; init; }

    /// <summary>What it publishes.</summary>
    public required PublishedPart[] Published { get; init; }

    /// <summary>What it is sent.</summary>
    public required PlayedPart[] Played { get; init; }

    /// <summary>How what its network carries is divided; empty for one that never was sent anything.</summary>
    public required byte[] Downlink { get; init; }

    /// <summary>Who speaks among those it hears, and who of them may pass; empty where nothing is told.</summary>
    public required byte[] Sound { get; init; }

    /// <summary>Places for what it publishes, by section.</summary>
    public int SectionCount => Published.Select(part => part.Section + 1).DefaultIfEmpty().Max();

    /// <summary>Places for what it is sent, by stream.</summary>
    public int StreamCount => Played.Select(part => part.Stream + 1).DefaultIfEmpty().Max();

    /// <summary>Reads one; null when it makes no sense.</summary>
    public static MediaPart? TryRead(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 5);
        var routes = RoutePart.ReadAll(ref reader);
        var published = ReadPublished(ref reader);
        var played = ReadPlayed(ref reader);
        if (published is null || played is null)
        {
            return null;
        }

        var part = new MediaPart
        {
            Routes = routes,
            Published = published,
            Played = played,
            Downlink = reader.Part(),
            Sound = reader.Part(),
        };
        reader.End(outer);
        return reader.IsBroken ? null : part;
    }

    /// <summary>The same as it goes on after a sudden end of its node: what it publishes is another run of each track, and what it is sent
    /// may be.</summary>
    public MediaPart Survive() =>
        this with
        {
            Published = Array.ConvertAll(
                Published,
                static part => part with { Source = Survival.Rename(part.Source) }
            ),
            Played = Array.ConvertAll(Played, static part => part with { Source = null }),
        };

    private static PublishedPart[]? ReadPublished(ref StateReader reader)
    {
        var group = reader.Begin(HandOverValues.TracksMax, out var count);
        var parts = new List<PublishedPart>(count);
        var sections = new HashSet<int>();
        while (parts.Count < count)
        {
            if (PublishedPart.TryRead(ref reader) is not { } part || !sections.Add(part.Section))
            {
                return null;
            }

            parts.Add(part);
        }

        reader.End(group);
        return [.. parts];
    }

    private static PlayedPart[]? ReadPlayed(ref StateReader reader)
    {
        var group = reader.Begin(HandOverValues.TracksMax, out var count);
        var parts = new List<PlayedPart>(count);
        var streams = new HashSet<int>();
        while (parts.Count < count)
        {
            if (PlayedPart.TryRead(ref reader) is not { } part || !streams.Add(part.Stream))
            {
                return null;
            }

            parts.Add(part);
        }

        reader.End(group);
        return [.. parts];
    }
}
