using System.Collections.Immutable;
using Anycast.Steering;
using Edge.Primitives;

namespace Edge.Node.Steering;

/// <summary>The other nodes of the PoP and where they take what is passed on.</summary>
/// <remarks>Immutable. Threads: any.</remarks>
internal sealed class PopPeers
{
    /// <summary>Most peers. Chosen: as many as discovery takes.</summary>
    public const int PeersMax = 128;

    private readonly ImmutableArray<NetworkAddress> _hops;

    private PopPeers(PopView view, ImmutableArray<NetworkAddress> hops)
    {
        View = view;
        _hops = hops;
    }

    /// <summary>Their numbers.</summary>
    public PopView View { get; }

    /// <summary>Takes from the members of a PoP those that are not this node. Of two names with one number the first
    /// counts, and of more than <see cref="PeersMax"/> the first.</summary>
    public static PopPeers Create(ushort pop, ushort self, ImmutableArray<PopMember> members)
    {
        var numbers = new List<ushort>();
        var hops = ImmutableArray.CreateBuilder<NetworkAddress>();
        foreach (var member in members)
        {
            var number = OwnerCode.NumberOf(member.Name);
            if (number != self && !numbers.Contains(number) && numbers.Count < PeersMax)
            {
                numbers.Add(number);
                hops.Add(member.Hop);
            }
        }

        return new(new PopView(pop, self, [.. numbers]), hops.ToImmutable());
    }

    /// <summary>Whether another view has the same peers at the same addresses.</summary>
    public bool IsSameAs(PopPeers other) =>
        View.Peers.SequenceEqual(other.View.Peers) && _hops.SequenceEqual(other._hops);

    /// <summary>Where a node takes what is passed on.</summary>
    [HotPath]
    public bool TryFindHop(ushort node, out NetworkAddress hop)
    {
        for (var index = 0; index < _hops.Length; index++)
        {
            if (View.Peers[index] == node)
            {
                hop = _hops[index];
                return true;
            }
        }

        hop = default;
        return false;
    }
}
