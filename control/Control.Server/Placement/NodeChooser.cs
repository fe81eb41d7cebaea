using System.Collections.Immutable;
using Control.Contract.Nodes;

namespace Control.Server.Placement;

/// <summary>Says in which order nodes are asked for a new session.</summary>
/// <remarks>
/// The own PoP first, since the client's packets come there. In each PoP the first is the less loaded of two
/// drawn ones: what is known of loads is a second old, and all controls would otherwise send all clients of
/// that second to one node. The others follow by load. A node that drains, is full or is not heard of is
/// not among them; one that failed lately comes last.
/// Source: Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing" (2001).
/// </remarks>
internal static class NodeChooser
{
    /// <summary>Most nodes that are tried for one session. Chosen: when this many refuse, the others are no
    /// better.</summary>
    public const int TriesMax = 6;

    /// <summary>The nodes to ask, in this order.</summary>
    public static ImmutableArray<NodeAddress> Order(
        ImmutableArray<NodeSight> nodes,
        ushort ownPop,
        Jitter jitter
    )
    {
        var order = new List<NodeSight>();
        foreach (var isAvoided in (bool[])[false, true])
        {
            foreach (var isOwn in (bool[])[true, false])
            {
                order.AddRange(
                    OrderGroup(
                        [
                            .. nodes.Where(node =>
                                node.TakesSessions
                                && node.IsAvoided == isAvoided
                                && (node.Address.Pop == ownPop) == isOwn
                            ),
                        ],
                        jitter
                    )
                );
            }
        }

        return [.. order.Take(TriesMax).Select(node => node.Address)];
    }

    private static List<NodeSight> OrderGroup(List<NodeSight> group, Jitter jitter)
    {
        if (group.Count == 0)
        {
            return group;
        }

        var first = jitter.Below(group.Count);
        var second = jitter.Below(Math.Max(1, group.Count - 1));
        second += second >= first && group.Count > 1 ? 1 : 0;
        var chosen = group[second].Load < group[first].Load ? group[second] : group[first];
        group.Remove(chosen);
        return [chosen, .. group.OrderBy(node => node.Load)];
    }
}
