using Control.Contract.Nodes;
using Edge.Bus;

namespace Control.Server.Placement;

/// <summary>Which bus leads to which node.</summary>
/// <param name="OwnPop">The number of the own PoP.</param>
/// <param name="Lan">To nodes of the own PoP; null where they are on <paramref name="Nats"/> too.</param>
/// <param name="Nats">To nodes of other PoPs; null where there are none.</param>
internal sealed record NodeBuses(ushort OwnPop, IBus? Lan, IBus? Nats)
{
    /// <summary>The bus that leads to a node; null when none does.</summary>
    public IBus? Find(NodeAddress node) => node.Pop == OwnPop ? Lan ?? Nats : Nats;
}
