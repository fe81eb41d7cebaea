using Edge.Primitives;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice.Checks;

/// <summary>Our requests that may still be answered.</summary>
/// <remarks>Bounded: <see cref="CountMax"/>; a new one replaces the oldest, whose answer then counts as
/// unknown.</remarks>
internal sealed partial class IceTransactions
{
    /// <summary>Most requests remembered. Chosen: a check and a nomination for each pair.</summary>
    public const int CountMax = 2 * IceCheckList.PairsMax;

    // A lite agent asks nothing and never has any.
    private IceTransaction[] _items = [];
    private int _next;

    /// <summary>Remembers a request.</summary>
    public void Add(in IceTransaction transaction)
    {
        if (_items.Length == 0)
        {
            _items = new IceTransaction[CountMax];
        }

        _items[_next] = transaction;
        _next = (_next + 1) % CountMax;
    }

    /// <summary>Finds the request that a response from an address belongs to.</summary>
    public bool TryFind(
        StunTransactionId id,
        in NetworkAddress source,
        out IceTransaction transaction
    )
    {
        foreach (ref readonly var item in _items.AsSpan())
        {
            if (item.Generation is not null && item.Id == id && item.Address == source)
            {
                transaction = item;
                return true;
            }
        }

        transaction = default;
        return false;
    }

    /// <summary>Forgets a request that was answered.</summary>
    public void Remove(StunTransactionId id)
    {
        foreach (ref var item in _items.AsSpan())
        {
            if (item.Generation is not null && item.Id == id)
            {
                item = default;
            }
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => _items.AsSpan().Clear();

    /// <summary>Adds everything held to a hash, for tests.</summary>
    internal void AddTo(ref HashCode hash)
    {
        foreach (ref readonly var item in _items.AsSpan())
        {
            hash.Add(item.Id);
            hash.Add(item.Address);
            hash.Add(item.Kind);
        }
    }
}
