using System.Collections.Immutable;
using Control.Contract;
using Control.Contract.Nodes;
using Control.Server.Placement;

namespace Control.Server.Tests.Placement;

/// <summary>In which order nodes are asked for a new session.</summary>
public sealed class NodeChooserTests
{
    private const ushort Own = 1;
    private const ushort Other = 2;

    private readonly Jitter _jitter = new(new Random(1));

    [Fact]
    public void Order_OwnPopFirstThenOthers_EachByLoad()
    {
        // With two in a PoP both are drawn, so the less loaded is always first.
        var order = Order(Of(Other, 1, 0.1), Of(Own, 1, 0.9), Of(Own, 2, 0.5), Of(Other, 2, 0.0));
        Assert.Equal([(Own, 2), (Own, 1), (Other, 2), (Other, 1)], order);
    }

    /// <summary>Whatever else there is, a node that drains, starts, is full or silent is not asked.</summary>
    [Fact]
    public void Order_NodesThatTakeNone_NeverAmongThem()
    {
        var fine = Of(Own, 1, 0.99);
        ImmutableArray<NodeSight> none =
        [
            Of(Own, 2, 0, readiness: NodeReadiness.Draining),
            Of(Own, 3, 0, readiness: NodeReadiness.Starting),
            Of(Own, 4, 0, readiness: NodeReadiness.Stopped),
            Of(Own, 5, 0, sessions: 100),
            Of(Own, 6, 0) with
            {
                Standing = NodeStanding.Silent,
            },
            Of(Own, 7, 0) with
            {
                PlacedCount = 100,
            },
        ];
        for (var round = 0; round < 100; round++)
        {
            Assert.Equal([(Own, 1)], Order([fine, .. none]));
        }

        Assert.Empty(Order([.. none]));
        Assert.Empty(Order());
    }

    /// <summary>A node that failed lately comes after all others, even those of other PoPs.</summary>
    [Fact]
    public void Order_AvoidedNode_Last()
    {
        var order = Order(
            Of(Own, 1, 0) with
            {
                IsAvoided = true,
            },
            Of(Other, 1, 0.9),
            Of(Own, 2, 1)
        );
        Assert.Equal([(Own, 2), (Other, 1), (Own, 1)], order);
    }

    /// <summary>All controls see the same loads for a second: not all of them may choose one node. Of two drawn
    /// ones the less loaded is taken, so the most loaded never is, while others are left.</summary>
    [Fact]
    public void Order_ManyNodes_SpreadsAndNeverTheMostLoadedFirst()
    {
        ImmutableArray<NodeSight> nodes =
        [
            .. Enumerable.Range(1, 10).Select(node => Of(Own, (ushort)node, node / 10.0)),
        ];
        var firsts = new int[11];
        for (var round = 0; round < 1000; round++)
        {
            firsts[Order(nodes)[0].Node]++;
        }

        Assert.Equal(0, firsts[10]);
        // 9 of 45 pairs hold the least loaded one.
        Assert.InRange(firsts[1], 150, 250);
        Assert.All(firsts[1..9], count => Assert.True(count > 0));
        Assert.True(firsts[1] > firsts[5] && firsts[5] > firsts[9]);
    }

    [Fact]
    public void Order_MoreNodesThanAreTried_Bounded()
    {
        ImmutableArray<NodeSight> nodes =
        [
            .. Enumerable.Range(1, 50).Select(node => Of(Own, (ushort)node, 0)),
        ];
        var order = Order(nodes);
        Assert.Equal(NodeChooser.TriesMax, order.Count);
        Assert.Equal(order.Count, order.Distinct().Count());
    }

    private List<(ushort Pop, int Node)> Order(params ImmutableArray<NodeSight> nodes) =>
        [
            .. NodeChooser
                .Order(nodes, Own, _jitter)
                .Select(address => (address.Pop, (int)address.Node)),
        ];

    private static NodeSight Of(
        ushort pop,
        ushort node,
        double load,
        NodeReadiness readiness = NodeReadiness.Ready,
        int sessions = 0
    ) =>
        new(
            new NodeAnnouncement
            {
                Pop = "p",
                Node = "n",
                PopNumber = pop,
                NodeNumber = node,
                Life = 1,
                Readiness = readiness,
                SessionsMax = 100,
                Load = load,
                Report = new NodeReport(0, 0, sessions, 0, 0, 0),
            },
            NodeStanding.Alive
        );
}
