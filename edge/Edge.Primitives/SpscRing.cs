using System.Numerics;

namespace Edge.Primitives;

/// <summary>A bounded queue from one producing thread to one consuming thread.</summary>
/// <remarks>Bounded: a full ring refuses (<see cref="TryWrite"/> is false) and the producer drops and
/// counts. No lock, no allocation after construction.</remarks>
public sealed class SpscRing<T>
    where T : struct
{
    private readonly T[] _items;
    private readonly int _mask;
    private PaddedIndex _head;
    private PaddedIndex _tail;

    /// <summary>Makes a ring for at least <paramref name="capacity"/> items (rounded up to a power of two).</summary>
    public SpscRing(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _items = new T[BitOperations.RoundUpToPowerOf2((uint)capacity)];
        _mask = _items.Length - 1;
    }

    /// <summary>How many items the ring holds at most.</summary>
    public int Capacity => _items.Length;

    /// <summary>Whether nothing is waiting. Exact for the consumer.</summary>
    public bool IsEmpty => Volatile.Read(ref _tail.Value) == Volatile.Read(ref _head.Value);

    /// <summary>Appends an item; false when the ring is full.</summary>
    [HotPath]
    public bool TryWrite(in T item)
    {
        var tail = _tail.Value;
        if (tail - Volatile.Read(ref _head.Value) == _items.Length)
        {
            return false;
        }

        _items[(int)tail & _mask] = item;
        Volatile.Write(ref _tail.Value, tail + 1);
        return true;
    }

    /// <summary>Takes the oldest item; false when there is none.</summary>
    [HotPath]
    public bool TryRead(out T item)
    {
        var head = _head.Value;
        if (head == Volatile.Read(ref _tail.Value))
        {
            item = default;
            return false;
        }

        item = _items[(int)head & _mask];
        _items[(int)head & _mask] = default;
        Volatile.Write(ref _head.Value, head + 1);
        return true;
    }
}
