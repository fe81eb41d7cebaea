using System.Numerics;
using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>Which node of the PoP has a session now whose names are of another node, as those that have them say.</summary>
/// <remarks>
/// Names are known by their codes' MACs (<see cref="OwnerCode"/>), which nobody without the key can choose. Shape: sets of
/// <see cref="Ways"/> places, found by the MAC's lowest bits. It grows as sets fill. Bounded: <c>capacity</c> names; a
/// further one takes the place of its set that expires first. An entry is valid for <see cref="Lifetime"/> after it was said
/// last. Threads: one.
/// </remarks>
public sealed class AdoptionTable
{
    /// <summary>Names kept at most by default. Chosen: in a PoP of many nodes most sessions are of another one than their names
    /// say, because they follow their clients' flows; those of 64 nodes of 4096 sessions, 6 MiB then.</summary>
    public const int CapacityMax = 262_144;

    /// <summary>How long an entry is valid that is not said again: as long as a flow.</summary>
    public static readonly TimeSpan Lifetime = FlowTable.Lifetime;

    private const int Ways = 8;
    private const int CapacityUsual = 256;

    private readonly int _capacity;
    private Entry[] _entries;

    /// <summary>Makes an empty table.</summary>
    /// <param name="capacity">Names kept at most; a power of two, at least 8.</param>
    public AdoptionTable(int capacity = CapacityMax)
    {
        if (capacity < Ways || !BitOperations.IsPow2(capacity))
        {
            throw new ArgumentException(
                $"A power of two of at least {Ways} is expected, not {capacity}.",
                nameof(capacity)
            );
        }

        _capacity = capacity;
        _entries = new Entry[Math.Min(capacity, CapacityUsual)];
    }

    /// <summary>Names inside, those that have expired and were not yet replaced included.</summary>
    public int Count { get; private set; }

    /// <summary>Notes what a node said of a name.</summary>
    /// <param name="mark">The code's MAC.</param>
    /// <param name="holder">The number of the node that has the session.</param>
    /// <param name="former">The number of the node that the name says.</param>
    /// <param name="isRepeated">Whether it said so before. It may have been written before another node took the session from
    /// it, and then changes nothing.</param>
    /// <param name="now">The time.</param>
    public void Set(ulong mark, ushort holder, ushort former, bool isRepeated, Instant now)
    {
        if (isRepeated && TryFind(mark, out var known, now) && known != holder)
        {
            return;
        }

        while (_entries.Length < _capacity && !HasPlace(mark, now))
        {
            Grow();
        }

        Put(new Entry(mark, now + Lifetime, holder, former));
    }

    /// <summary>Notes that a node does not have it any more, unless another one has said that it does.</summary>
    public void Remove(ulong mark, ushort holder)
    {
        foreach (ref var entry in SetOf(mark))
        {
            if (entry.IsUsed && entry.Mark == mark && entry.Holder == holder)
            {
                entry = default;
                Count--;
            }
        }
    }

    /// <summary>Forgets what a node has said: it is gone.</summary>
    public void RemoveNode(ushort holder)
    {
        foreach (ref var entry in _entries.AsSpan())
        {
            if (entry.IsUsed && entry.Holder == holder)
            {
                entry = default;
                Count--;
            }
        }
    }

    /// <summary>Finds who has a session.</summary>
    [HotPath]
    public bool TryFind(ulong mark, out ushort holder, Instant now)
    {
        foreach (ref readonly var entry in SetOf(mark))
        {
            if (entry.Mark == mark && now < entry.ExpiresAt && entry.IsUsed)
            {
                holder = entry.Holder;
                return true;
            }
        }

        holder = 0;
        return false;
    }

    /// <summary>Finds the lowest number of those that have sessions of a node; false when nobody has one.</summary>
    public bool TryFindLowest(ushort former, out ushort holder, Instant now)
    {
        var isFound = false;
        holder = ushort.MaxValue;
        foreach (ref readonly var entry in _entries.AsSpan())
        {
            if (entry.IsUsed && entry.Former == former && now < entry.ExpiresAt)
            {
                isFound = true;
                holder = Math.Min(holder, entry.Holder);
            }
        }

        return isFound;
    }

    /// <summary>Puts an entry into its set: where it was, where nobody is, or in place of what expires first.</summary>
    private void Put(in Entry added)
    {
        var set = SetOf(added.Mark);
        var place = 0;
        for (var way = 0; way < set.Length; way++)
        {
            if (set[way].IsUsed && set[way].Mark == added.Mark)
            {
                set[way] = added;
                return;
            }

            place = set[way].ExpiresAt < set[place].ExpiresAt ? way : place;
        }

        Count += set[place].IsUsed ? 0 : 1;
        set[place] = added;
    }

    private bool HasPlace(ulong mark, Instant now)
    {
        foreach (ref readonly var entry in SetOf(mark))
        {
            if (entry.ExpiresAt <= now || entry.Mark == mark)
            {
                return true;
            }
        }

        return false;
    }

    private void Grow()
    {
        var before = _entries;
        _entries = new Entry[2 * before.Length];
        Count = 0;
        foreach (ref readonly var entry in before.AsSpan())
        {
            if (entry.IsUsed)
            {
                Put(entry);
            }
        }
    }

    [HotPath]
    private Span<Entry> SetOf(ulong mark)
    {
        var sets = _entries.Length / Ways;
        return _entries.AsSpan((int)(mark & (ulong)(sets - 1)) * Ways, Ways);
    }

    private readonly record struct Entry(
        ulong Mark,
        Instant ExpiresAt,
        ushort Holder,
        ushort Former
    )
    {
        public bool IsUsed => ExpiresAt != default;
    }
}
