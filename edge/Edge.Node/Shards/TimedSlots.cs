using Edge.Primitives;

namespace Edge.Node.Shards;

/// <summary>The things of one kind that a shard drives: numbered, with a deadline each, and a list of
/// those that were touched in this turn of the loop.</summary>
/// <remarks>Bounded: <see cref="TryAdd"/> says when it is full; only it allocates, when there are more
/// things than ever before. Threads: one owner.</remarks>
internal sealed class TimedSlots<T>
    where T : class
{
    /// <summary>The slot number of something that is in no table.</summary>
    public const int NoSlot = -1;

    /// <summary>Slots at the start. Chosen: a small node needs no more.</summary>
    private const int CapacityFirst = 64;

    private readonly int _capacityMax;
    private readonly TimerWheel _timers;
    private T?[] _items = [];
    private int[] _free = [];
    private int[] _touched = [];
    private bool[] _isTouched = [];
    private int _freeCount;
    private int _touchedCount;

    /// <summary>Makes an empty table.</summary>
    /// <param name="capacityMax">Most things in it.</param>
    public TimedSlots(int capacityMax)
    {
        _capacityMax = capacityMax;
        _timers = new TimerWheel(Math.Min(CapacityFirst, capacityMax));
        Grow(Math.Min(CapacityFirst, capacityMax));
    }

    /// <summary>How many things are in the table.</summary>
    public int Count => _items.Length - _freeCount;

    /// <summary>The earliest deadline of all.</summary>
    public Instant Next => _timers.Next;

    /// <summary>Whether something was touched and not taken.</summary>
    public bool HasTouched => _touchedCount > 0;

    /// <summary>All slots, empty ones included; for walking through everything.</summary>
    public ReadOnlySpan<T?> Items => _items;

    /// <summary>Gives a thing a slot; false when none is free.</summary>
    public bool TryAdd(T item, out int slot)
    {
        if (_freeCount == 0 && _items.Length == _capacityMax)
        {
            slot = NoSlot;
            return false;
        }

        if (_freeCount == 0)
        {
            Grow(Math.Min(2 * _items.Length, _capacityMax));
        }

        slot = _free[--_freeCount];
        _items[slot] = item;
        return true;
    }

    /// <summary>Empties a slot with its deadline.</summary>
    public void Remove(int slot)
    {
        if (_items[slot] is null)
        {
            return;
        }

        _items[slot] = null;
        _timers.Clear(slot);
        _free[_freeCount++] = slot;
    }

    /// <summary>Sets a slot's deadline.</summary>
    [HotPath]
    public void Arm(int slot, Instant deadline) => _timers.Set(slot, deadline);

    /// <summary>Notes that a slot wants to be settled before the turn ends.</summary>
    [HotPath]
    public void Touch(int slot)
    {
        if (!_isTouched[slot])
        {
            _isTouched[slot] = true;
            _touched[_touchedCount++] = slot;
        }
    }

    /// <summary>Takes something that was touched; false when nothing is left.</summary>
    [HotPath]
    public bool TryTakeTouched(out T? item)
    {
        while (_touchedCount > 0)
        {
            var slot = _touched[--_touchedCount];
            _isTouched[slot] = false;
            item = _items[slot];
            if (item is not null)
            {
                return true;
            }
        }

        item = null;
        return false;
    }

    /// <summary>Takes something whose deadline has come; false when nothing is due.</summary>
    [HotPath]
    public bool TryTakeDue(out T? item, Instant now)
    {
        while (_timers.TryTakeDue(out var slot, now))
        {
            item = _items[slot];
            if (item is not null)
            {
                return true;
            }
        }

        item = null;
        return false;
    }

    private void Grow(int capacity)
    {
        var before = _items.Length;
        Array.Resize(ref _items, capacity);
        Array.Resize(ref _free, capacity);
        Array.Resize(ref _touched, capacity);
        Array.Resize(ref _isTouched, capacity);
        _timers.Grow(capacity);
        for (var slot = capacity - 1; slot >= before; slot--)
        {
            _free[_freeCount++] = slot;
        }
    }
}
