using Control.Contract;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Calls.State;

namespace Edge.Node.HandOver;

/// <summary>Sessions that come together.</summary>
/// <remarks>Threads: tracks are noted by several at once; the rest is one's at a time.</remarks>
internal sealed class ArrivingGroup(List<ArrivingSession> sessions)
{
    private readonly Dictionary<(string SessionId, string Name), CallsTrack> _tracks = [];

    /// <summary>The sessions.</summary>
    public IReadOnlyList<ArrivingSession> Sessions => sessions;

    /// <summary>What their letter says of tracks.</summary>
    public GroupKnowledge Knowledge { get; } = new();

    /// <summary>Those that do one thing.</summary>
    public IEnumerable<ArrivingSession> In(SessionRole role) =>
        sessions.Where(arriving => arriving.Letter.Role == role);

    /// <summary>Whether all was found that those are to be sent who are not connected yet: they may as well connect where they
    /// were, where it is. To who is connected a track that is nowhere is over.</summary>
    public bool HasAllOfNew =>
        sessions.TrueForAll(arriving =>
            arriving.Media is not { State: SessionState.New }
            || arriving.Letter.Calls is not { } calls
            || calls.References.All(reference => reference.IsOver || Has(reference))
        );

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
}
