using Control.Contract.Calls;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>Names a track that a session is sent, wherever its publisher is by now.</summary>
/// <param name="Publisher">Who publishes it.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Content">What it shows.</param>
/// <param name="Media">What it is.</param>
/// <param name="IsOver">Whether its publisher has ended it: nothing comes of it any more, and its section stays.</param>
internal sealed record PulledReference(
    EventSubject Publisher,
    string Name,
    TrackContent Content,
    TrackMedia Media,
    bool IsOver
)
{
    /// <summary>Names a track.</summary>
    public static PulledReference To(CallsTrack track) =>
        new(
            track.Publisher,
            track.Name,
            track.Content,
            TrackMediaForm.Of(track.Stream),
            track.Stream.IsRetired && !track.IsAwaited
        );

    /// <summary>Whether it names a track.</summary>
    public bool IsOf(CallsTrack track) =>
        string.Equals(Name, track.Name, StringComparison.Ordinal)
        && string.Equals(Publisher.SessionId, track.Publisher.SessionId, StringComparison.Ordinal);

    /// <summary>A track of its name that is over: what its section carries when it is not found.</summary>
    public CallsTrack ToEnded(int shardCount)
    {
        var track = new CallsTrack(Publisher, Name, mid: "", Media, shardCount)
        {
            Content = Content,
        };
        track.Stream.NoteBegun();
        track.Stream.Retire();
        return track;
    }
}
