using Edge.Primitives;

namespace Edge.Protocol.Srtp;

/// <summary>Finds what is kept for an SSRC; grows to a bound and never forgets.</summary>
/// <remarks>Shape: open addressing with linear probing, at most half full. Threads: one owner.</remarks>
internal sealed class SsrcTable<TState>(int countMax)
    where TState : class
{
    private const int CapacityFirst = 8;

    // Knuth's multiplicative hash: SSRCs that differ in few bits land apart.
    private const uint HashFactor = 2654435769;

    private uint[] _keys = new uint[CapacityFirst];
    private TState?[] _states = new TState?[CapacityFirst];

    /// <summary>How many SSRCs are known.</summary>
    public int Count { get; private set; }

    /// <summary>Whether no further SSRC is taken.</summary>
    public bool IsFull => Count >= countMax;

    /// <summary>The state of an SSRC, or null.</summary>
    [HotPath]
    public TState? Find(uint ssrc) => _states[SlotOf(ssrc)];

    /// <summary>Adds an SSRC that is not known yet, while not full.</summary>
    public void Add(uint ssrc, TState state)
    {
        if (IsFull)
        {
            throw new InvalidOperationException("The table of SSRCs is full.");
        }

        if ((Count + 1) * 2 > _keys.Length)
        {
            Grow();
        }

        var slot = SlotOf(ssrc);
        _keys[slot] = ssrc;
        _states[slot] = state;
        Count++;
    }

    /// <summary>All of them, in the order of their SSRCs.</summary>
    public (uint Ssrc, TState State)[] ToSorted()
    {
        var all = new (uint Ssrc, TState State)[Count];
        var count = 0;
        for (var slot = 0; slot < _keys.Length; slot++)
        {
            if (_states[slot] is { } state)
            {
                all[count++] = (_keys[slot], state);
            }
        }

        Array.Sort(all, static (left, right) => left.Ssrc.CompareTo(right.Ssrc));
        return all;
    }

    private void Grow()
    {
        var keys = _keys;
        var states = _states;
        _keys = new uint[keys.Length * 2];
        _states = new TState?[keys.Length * 2];
        for (var index = 0; index < keys.Length; index++)
        {
            if (states[index] is { } state)
            {
                var slot = SlotOf(keys[index]);
                _keys[slot] = keys[index];
                _states[slot] = state;
            }
        }
    }

    /// <summary>The slot of an SSRC, or the empty one where it would be put.</summary>
    private int SlotOf(uint ssrc)
    {
        var mask = _keys.Length - 1;
        var slot = (int)(unchecked(ssrc * HashFactor) >> 16) & mask;
        while (_states[slot] is not null && _keys[slot] != ssrc)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }
}
