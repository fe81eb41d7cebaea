using System.Diagnostics.CodeAnalysis;
using Control.Contract;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Calls.State;
using Microsoft.Extensions.Logging;

namespace Edge.Node.HandOver.Taking;

/// <summary>Sessions that come together.</summary>
/// <remarks>Threads: tracks are noted by several at once; the rest is one's at a time.</remarks>
internal sealed partial class ArrivingGroup(List<ArrivingSession> sessions, ILogger logger)
{
    private readonly Dictionary<(string SessionId, string Name), CallsTrack> _tracks = [];

    /// <summary>The sessions.</summary>
    public IReadOnlyList<ArrivingSession> Sessions => sessions;

    /// <summary>Whether their node has ended without a word.</summary>
    public bool HasSurvived { get; init; }

    /// <summary>What their letter says of tracks.</summary>
    public GroupKnowledge Knowledge { get; } = new();

    /// <summary>Those that do one thing, but for those that have failed.</summary>
    public IEnumerable<ArrivingSession> In(SessionRole role) =>
        sessions.Where(arriving => arriving.Letter.Role == role && !arriving.HasFailed);

    /// <summary>Does something for one session. What fails for it costs it alone, for the others can go nowhere else any
    /// more.</summary>
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a session: an error of ours ends it, and no other one."
    )]
    public async ValueTask TryAsync(ArrivingSession arriving, Func<ValueTask> step)
    {
        try
        {
            await step();
        }
        catch (Exception error)
        {
            arriving.HasFailed = true;
            LogFailed(logger, error);
        }
    }

    /// <summary>Whether all was found that those are to be sent who are not connected yet: they may as well connect where they
    /// were, where it is. To who is connected a track that is nowhere is over.</summary>
    public bool HasAllOfNew =>
        sessions.TrueForAll(arriving =>
            arriving.Media is not { State: SessionState.New } || HasAllOf(arriving)
        );

    /// <summary>Whether all was found that a session is sent by name.</summary>
    public bool HasAllOf(ArrivingSession arriving) =>
        arriving.Letter.Calls is not { } calls
        || calls.References.All(reference => reference.IsOver || Has(reference));

    /// <summary>A session does not come with the others.</summary>
    public void Leave(ArrivingSession arriving) => sessions.Remove(arriving);

    /// <summary>Whether one of them publishes a stream.</summary>
    public bool Publishes(StreamKey key) =>
        In(SessionRole.Publisher).Any(arriving => arriving.Media?.Stream == key);

    /// <summary>Notes a track that a session of the group publishes, or that one of it is sent.</summary>
    public void Add(string sessionId, CallsTrack track)
    {
        lock (_tracks)
        {
            _ = _tracks.TryAdd((sessionId, track.Name), track);
        }
    }

    /// <summary>Whether a track was noted.</summary>
    public bool Has(PulledReference reference)
    {
        lock (_tracks)
        {
            return Find(reference) is not null;
        }
    }

    /// <summary>Finds a track that was noted.</summary>
    public CallsTrack? Find(PulledReference reference) =>
        _tracks.GetValueOrDefault((reference.Publisher.SessionId, reference.Name));

    [LoggerMessage(
        3624,
        LogLevel.Error,
        "A session that came from another node failed here, and has ended."
    )]
    private static partial void LogFailed(ILogger logger, Exception error);
}
