using Control.Contract;
using Edge.Node.Sessions;

namespace Edge.Node.HandOver;

/// <summary>Sessions that come together.</summary>
internal sealed class ArrivingGroup(List<ArrivingSession> sessions)
{
    /// <summary>The sessions.</summary>
    public IReadOnlyList<ArrivingSession> Sessions => sessions;

    /// <summary>What their letter says of tracks.</summary>
    public GroupKnowledge Knowledge { get; } = new();

    /// <summary>Those that do one thing.</summary>
    public IEnumerable<ArrivingSession> In(SessionRole role) =>
        sessions.Where(arriving => arriving.Session.Role == role);

    /// <summary>Whether one of them publishes a stream.</summary>
    public bool Publishes(StreamKey key) =>
        In(SessionRole.Publisher).Any(arriving => arriving.Session.Stream == key);
}
