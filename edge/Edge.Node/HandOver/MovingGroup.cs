using Edge.Node.HandOver.State;

namespace Edge.Node.HandOver;

/// <summary>Sessions that move together, while they are written.</summary>
/// <remarks>Threads: any.</remarks>
/// <param name="ids">Their ids.</param>
internal sealed class MovingGroup(IReadOnlySet<string> ids)
{
    /// <summary>The tracks of which a session of the group has written what is known.</summary>
    public WrittenTracks Tracks { get; } = new();

    /// <summary>Whether a session moves along.</summary>
    public bool Has(string id) => ids.Contains(id);
}
