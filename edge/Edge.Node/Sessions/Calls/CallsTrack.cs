using Control.Contract.Calls;

namespace Edge.Node.Sessions.Calls;

/// <summary>A track that a session publishes under a name: what others pull.</summary>
/// <remarks>Threads: immutable but for <see cref="Published"/>, <see cref="IsAwaited"/>, and for <see cref="Mid"/> once, when its session comes
/// here.</remarks>
internal sealed class CallsTrack
{
    private volatile string _mid;

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
        _mid = mid;
        Stream = new StreamTrack(media, shardCount, life) { Named = this };
    }

    /// <summary>Who publishes it, perhaps at another node.</summary>
    public EventSubject Publisher { get; }

    /// <summary>Its name, unique in its session.</summary>
    public string Name { get; }

    /// <summary>The section it comes in; empty for a track of another node.</summary>
    public string Mid => _mid;

    /// <summary>What it shows.</summary>
    public TrackContent Content { get; init; }

    /// <summary>Whether it is encrypted end to end.</summary>
    public bool IsEncrypted => Stream.Description.IsEncrypted;

    /// <summary>What its viewers are attached to.</summary>
    public StreamTrack Stream { get; }

    /// <summary>What its client was told is watched of it.</summary>
    public WantedLayers Wanted { get; } = new();

    /// <summary>Whether it only stands for one that is nowhere yet and is looked for, of which it has the name. Threads: under the gate of the
    /// session that is to be sent it.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>Whether it was last said to be silent. Threads: housekeeping.</summary>
    public bool WasSilent { get; set; }

    /// <summary>Its session, which was at another node, goes on here: it comes in a section of this node from now on.
    /// </summary>
    public void BecomeLocal(string mid) => _mid = mid;

    /// <summary>Its receiving end; null before it began and after it ended. Threads: the session's shard.</summary>
    public PublishedTrack? Published { get; set; }
}
