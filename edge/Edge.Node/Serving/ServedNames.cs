using Control.Contract;
using Edge.Node.Sessions;
using Edge.Node.Steering;

namespace Edge.Node.Serving;

/// <summary>The names under which a node is asked: its own, and those of nodes whose sessions it has.</summary>
/// <remarks>Threads: any.</remarks>
/// <param name="self">This node.</param>
/// <param name="node">The node; one that shares its address with nobody has one name.</param>
internal sealed class ServedNames(Mesh.NodeAddress self, IMediaNode node)
{
    /// <summary>This node.</summary>
    public Mesh.NodeAddress Self => self;

    /// <summary>Whose sessions it has; null for a node that takes nobody's.</summary>
    public AdoptionDesk? Adoptions { get; } = (node as MediaNode)?.Adoptions;

    /// <summary>Who answers what concerns a session; null where always this node does.</summary>
    public AnswerRule? Rule { get; } =
        node is MediaNode { Adoptions: not null } media ? media.Answers : null;

    /// <summary>What was asked lately.</summary>
    public RecentRequests Recent { get; } = new();
}
