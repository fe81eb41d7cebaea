using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Calls.State;

namespace Edge.Node.HandOver.Taking;

/// <summary>A session that comes from another node, before anybody knows of it.</summary>
/// <param name="letter">What was written of it.</param>
/// <param name="media">What a shard will drive; null for one without media.</param>
internal sealed class ArrivingSession(SessionLetter letter, Session? media)
{
    /// <summary>What was written of it.</summary>
    public SessionLetter Letter => letter;

    /// <summary>What a shard will drive.</summary>
    public Session? Media => media;

    /// <summary>The app that it is of.</summary>
    public string AppId => letter.Calls?.Facts.AppId ?? letter.Engine!.Facts.Stream.AppId;

    /// <summary>Its tracks by name, in the order of <see cref="CallsSessionParts.Published"/>; empty for one of a stream.</summary>
    public System.Collections.Immutable.ImmutableArray<CallsTrack> Tracks { get; set; } = [];

    /// <summary>What requests will change of it; null for one of a stream, and before it is made.</summary>
    public CallsSession? Calls { get; set; }

    /// <summary>Its data channels; null without.</summary>
    public RestoredChannels? Channels { get; set; }

    /// <summary>Whether it has to end at once: somebody took its place while it was on its way.</summary>
    public bool IsReplaced { get; set; }

    /// <summary>Whether an error of ours befell it: it ends, whatever of it was made.</summary>
    public bool HasFailed { get; set; }
}
