namespace Edge.Node.HandOver.Deciding;

/// <summary>Groups that have to do with each other, and go one after the other.</summary>
/// <param name="groups">The groups; one at least.</param>
internal sealed class TiedGroups<TSession>(List<List<TSession>> groups)
{
    private int _next;

    /// <summary>What of all of them says to which node they go, for they go to one.</summary>
    public TSession First { get; } = groups[0][0];

    /// <summary>Whether something holds for any session of any of them, those that have gone among them.</summary>
    public bool Any(Predicate<TSession> holds) => groups.Exists(group => group.Exists(holds));

    /// <summary>How many have not gone yet.</summary>
    public int Left => groups.Count - _next;

    /// <summary>Takes the next.</summary>
    public List<TSession> Take() => groups[_next++];
}
