using Control.Contract.Calls;

namespace Edge.Node.Sessions.Calls;

/// <summary>A track that a session publishes under a name: what others pull.</summary>
/// <remarks>Threads: immutable but for <see cref="Published"/> and <see cref="ComeHome"/>.</remarks>
internal sealed class CallsTrack
{
    /// <summary>Makes a track that nothing came of yet.</summary>
    public CallsTrack(
        EventSubject publisher,
        string name,
        string mid,
        TrackMedia media,
        int shardCount,
        ulong life = 0
    )
    {
        Publisher = publisher;
        Name = name;
        Mid = mid;
        Stream = new StreamTrack(media, shardCount, life) { Named = this };
    }

    /// <summary>Who publishes it, perhaps at another node.</summary>
    public EventSubject Publisher { get; }

    /// <summary>Its name, unique in its session.</summary>
    public string Name { get; }

    /// <summary>The section it comes in; empty for a track of another node.</summary>
    public string Mid { get; private set; }

    /// <summary>What it shows.</summary>
    public TrackContent Content { get; init; }

    /// <summary>Whether it is encrypted end to end.</summary>
    public bool IsEncrypted => Stream.Description.IsEncrypted;

    /// <summary>What its viewers are attached to.</summary>
    public StreamTrack Stream { get; }

    /// <summary>Its session came from another node to this one, where it was known already: all that is attached to it stays.
    /// Comes before the session is known here.</summary>
    /// <param name="mid">The section it comes in.</param>
    public void ComeHome(string mid) => Mid = mid;

    /// <summary>What its client was told is watched of it.</summary>
    public WantedLayers Wanted { get; } = new();

    /// <summary>Whether it was last said to be silent. Threads: housekeeping.</summary>
    public bool WasSilent { get; set; }

    /// <summary>Its receiving end; null before it began and after it ended. Threads: the session's shard.</summary>
    public PublishedTrack? Published { get; set; }
}
