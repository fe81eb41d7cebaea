using Control.Contract.Calls;
using Edge.Primitives;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>A track that a session publishes, as it was read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Mid">The section it comes in.</param>
/// <param name="Content">What it shows.</param>
/// <param name="Media">What it is.</param>
internal sealed record PublishedPart(
    string Name,
    string Mid,
    TrackContent Content,
    TrackMedia Media
)
{
    /// <summary>Whether a packet of it ever came.</summary>
    public bool HasBegun { get; init; }

    /// <summary>When the last packet came; unset where none did, or where that is not known.</summary>
    public Instant LastMediaAt { get; init; } = Instant.Never;

    /// <summary>Whether it was last said to be silent.</summary>
    public bool WasSilent { get; init; }

    /// <summary>What its client was told is watched of it.</summary>
    public ToldLayers Wanted { get; init; }

    /// <summary>A track of it that nobody knows yet.</summary>
    public CallsTrack Create(EventSubject publisher, int shardCount) =>
        new(publisher, Name, Mid, Media, shardCount) { Content = Content };

    /// <summary>Makes a track, new or known as one of another node, go on as it was.</summary>
    public void GoOn(CallsTrack track)
    {
        track.BecomeLocal(Mid);
        track.WasSilent = WasSilent;
        track.Wanted.Restore(Wanted);
        if (LastMediaAt.IsSet && !track.Stream.LastMediaAt.IsSet)
        {
            track.Stream.NoteMedia(LastMediaAt);
        }

        if (HasBegun)
        {
            track.Stream.NoteBegun();
        }
    }
}
