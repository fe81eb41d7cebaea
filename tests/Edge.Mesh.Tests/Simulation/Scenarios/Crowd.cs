using Edge.Mesh.Tests.Simulation.Nodes;
using Edge.Mesh.Tests.Simulation.Tracks;

namespace Edge.Mesh.Tests.Simulation.Scenarios;

/// <summary>Very many viewers of one stream, of whom only the first picture counts.</summary>
internal sealed class Crowd(MeshWorld world, string stream)
{
    private readonly List<NodePlayed> _all = [];

    /// <summary>Those that were let in.</summary>
    public IReadOnlyList<NodePlayed> All => _all;

    /// <summary>How many were told that nobody publishes.</summary>
    public int Refused { get; private set; }

    /// <summary>From coming to the first whole picture, in ms, of those who have one.</summary>
    public Percentiles FirstPictures =>
        new(
            _all.Where(played => played.FirstAt != 0)
                .Select(played =>
                    (double)(played.FirstAt - played.CameAt) / TimeSpan.TicksPerMillisecond
                )
        );

    /// <summary>How many have no picture yet.</summary>
    public int Waiting => _all.Count(played => played.FirstAt == 0);

    /// <summary>One more comes to a node.</summary>
    public void Come(SimulatedNode node)
    {
        var cameAt = world.Now.Ticks;
        if (!TryJoin(node, cameAt))
        {
            node.Find(
                stream,
                () =>
                {
                    if (!TryJoin(node, cameAt))
                    {
                        Refused++;
                    }
                }
            );
        }
    }

    private bool TryJoin(SimulatedNode node, long cameAt)
    {
        if (node.Join(stream) is not { } played)
        {
            return false;
        }

        played.CameAt = cameAt;
        _all.Add(played);
        return true;
    }
}
