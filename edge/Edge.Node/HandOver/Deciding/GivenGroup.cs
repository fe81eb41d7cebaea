namespace Edge.Node.HandOver.Deciding;

/// <summary>A group that a node that departs gives away.</summary>
/// <param name="Tied">What it has to do with.</param>
/// <param name="Sessions">Its sessions.</param>
/// <param name="Choice">Who would take it.</param>
internal sealed record GivenGroup<TSession>(
    TiedGroups<TSession> Tied,
    List<TSession> Sessions,
    HandOverChoice Choice
)
{
    /// <summary>Whether there is time to give its TCP connections before its letter.</summary>
    public bool GivesConnections { get; init; }
}
