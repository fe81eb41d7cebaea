using Edge.Node.HandOver.Connections;

namespace Edge.Node.HandOver.Giving;

/// <summary>Sessions that were written for another node, as parcels of a letter.</summary>
/// <param name="Sessions">The sessions.</param>
/// <param name="Parcels">What was written, in the same order. Secret.</param>
internal sealed record WrittenGroup(
    IReadOnlyList<LeavingSession> Sessions,
    IReadOnlyList<byte[]> Parcels
)
{
    /// <summary>Whether their TCP connections are given to a process of this machine; else their clients dial again.</summary>
    public bool GivesConnections { get; init; } = true;

    /// <summary>Their TCP connections.</summary>
    public IReadOnlyList<MovingConnection> Connections =>
        [.. Sessions.SelectMany(session => session.Connections)];

    /// <summary>Whether one of them is sent to over its connection.</summary>
    public bool IsOverConnection => Sessions.Any(session => session.IsOverConnection);

    /// <summary>Divides it in two, those who publish in the first; one of a single session is not divided.</summary>
    public IEnumerable<WrittenGroup> Halve()
    {
        var order = Enumerable
            .Range(0, Sessions.Count)
            .OrderBy(index => Sessions[index].Role)
            .ToList();
        foreach (var half in order.Chunk(Math.Max(1, (order.Count + 1) / 2)))
        {
            yield return this with
            {
                Sessions = [.. half.Select(index => Sessions[index])],
                Parcels = [.. half.Select(index => Parcels[index])],
            };
        }
    }
}
