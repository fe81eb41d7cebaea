using Edge.Primitives;

namespace Edge.Node.Shards;

/// <summary>The next deadline of each of a bounded number of slots, earliest first.</summary>
/// <remarks>
/// A binary heap of slot numbers with the place of each slot kept, so that setting, moving and clearing
/// a deadline are O(log n) and allocate nothing. Threads: one owner. Source: the usual indexed heap
/// (Cormen et al., Introduction to Algorithms, §6.5).
/// </remarks>
internal sealed class TimerHeap
{
    private const int Absent = -1;

    private int[] _heap;
    private int[] _places;
    private Instant[] _deadlines;
    private int _count;

    /// <summary>Makes a heap for slots 0 to <paramref name="capacity"/> - 1, none of them set.</summary>
    public TimerHeap(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _heap = new int[capacity];
        _places = new int[capacity];
        _deadlines = new Instant[capacity];
        Array.Fill(_places, Absent);
    }

    /// <summary>The earliest deadline, or <see cref="Instant.Never"/>.</summary>
    public Instant Next => _count == 0 ? Instant.Never : _deadlines[_heap[0]];

    /// <summary>How many slots have a deadline.</summary>
    public int Count => _count;

    /// <summary>Makes room for more slots, none of the new ones set.</summary>
    public void Grow(int capacity)
    {
        var before = _places.Length;
        Array.Resize(ref _heap, capacity);
        Array.Resize(ref _places, capacity);
        Array.Resize(ref _deadlines, capacity);
        Array.Fill(_places, Absent, before, capacity - before);
    }

    /// <summary>Sets a slot's deadline, replacing the one before; <see cref="Instant.Never"/> clears it.</summary>
    [HotPath]
    public void Set(int slot, Instant deadline)
    {
        var place = _places[slot];
        if (!deadline.IsSet)
        {
            Clear(slot);
            return;
        }

        if (place == Absent)
        {
            place = _count++;
            _heap[place] = slot;
            _places[slot] = place;
            _deadlines[slot] = deadline;
            SiftUp(place);
            return;
        }

        var before = _deadlines[slot];
        _deadlines[slot] = deadline;
        if (deadline < before)
        {
            SiftUp(place);
        }
        else if (deadline > before)
        {
            SiftDown(place);
        }
    }

    /// <summary>Clears a slot's deadline, if it has one.</summary>
    [HotPath]
    public void Clear(int slot)
    {
        var place = _places[slot];
        if (place == Absent)
        {
            return;
        }

        _places[slot] = Absent;
        var moved = _heap[--_count];
        if (moved == slot)
        {
            return;
        }

        _heap[place] = moved;
        _places[moved] = place;
        SiftUp(place);
        SiftDown(_places[moved]);
    }

    /// <summary>Takes the slot with the earliest deadline if it is due, clearing it.</summary>
    [HotPath]
    public bool TryTakeDue(out int slot, Instant now)
    {
        if (_count == 0 || _deadlines[_heap[0]] > now)
        {
            slot = Absent;
            return false;
        }

        slot = _heap[0];
        Clear(slot);
        return true;
    }

    private void SiftUp(int place)
    {
        var slot = _heap[place];
        while (place > 0)
        {
            var parent = (place - 1) / 2;
            if (_deadlines[_heap[parent]] <= _deadlines[slot])
            {
                break;
            }

            Put(_heap[parent], place);
            place = parent;
        }

        Put(slot, place);
    }

    private void SiftDown(int place)
    {
        var slot = _heap[place];
        while (true)
        {
            var child = (place * 2) + 1;
            if (child >= _count)
            {
                break;
            }

            if (child + 1 < _count && _deadlines[_heap[child + 1]] < _deadlines[_heap[child]])
            {
                child++;
            }

            if (_deadlines[_heap[child]] >= _deadlines[slot])
            {
                break;
            }

            Put(_heap[child], place);
            place = child;
        }

        Put(slot, place);
    }

    private void Put(int slot, int place)
    {
        _heap[place] = slot;
        _places[slot] = place;
    }
}
