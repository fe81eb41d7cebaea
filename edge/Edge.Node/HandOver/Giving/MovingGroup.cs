using Edge.Node.HandOver.State;
using Edge.Primitives;

namespace Edge.Node.HandOver.Giving;

/// <summary>Sessions that move together, while they are written.</summary>
/// <remarks>Threads: any, once they are added.</remarks>
internal sealed class MovingGroup
{
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>Whether TCP connections may go along, or be given up.</summary>
    public bool TakesConnections { get; init; }

    /// <summary>The tracks of which a session of the group has written what is known.</summary>
    public WrittenTracks Tracks { get; } = new();

    /// <summary>Until when their data channels may settle.</summary>
    public Instant SettlesBy { get; set; }

    /// <summary>Adds sessions.</summary>
    public void Add(IReadOnlyList<LeavingSession> sessions) =>
        _ids.UnionWith(sessions.Select(session => session.Id));

    /// <summary>Whether a session moves along.</summary>
    public bool Has(string id) => _ids.Contains(id);
}
