using System.Numerics;

namespace Edge.Primitives;

/// <summary>The next deadline of each of a bounded number of slots, in a hierarchical timing wheel.</summary>
/// <remarks>
/// Setting and clearing are O(1), and so is moving a deadline later, which only notes it: the slot stays in its bucket
/// until that is the earliest, and goes on then to where it belongs. So who is set anew with each packet costs a store.
/// <para>Shape: nine levels of 64 buckets. A bucket of the lowest level is a tick wide, of each other level as wide as the
/// level below. A deadline is in the level of the highest six bits in which its tick differs from the wheel's: all of a
/// level is earlier than all of the next, nothing wraps around, and nine levels hold all of time. Bits say which buckets
/// have slots. A bucket is a ring of slots through an entry of its own. It takes 9 KB and 16 bytes a slot.</para>
/// <para>Changes: due slots come tick by tick, within a tick in any order, which the same calls repeat; what was set to the
/// past comes with the present tick. Allocates when made and by <see cref="Grow"/>. Threads: one owner. Source: Varghese and Lauck, Hashed and
/// Hierarchical Timing Wheels (1987), scheme 7.</para>
/// </remarks>
public sealed class TimerWheel
{
    /// <summary>Bits of an instant within a tick, which is 102.4 us. Chosen: of a thousand slots that are due within a
    /// tenth of a second, one is in a bucket, and 65 are in one of the second level.</summary>
    private const int TickBits = 10;

    private const int LevelBits = 6;
    private const int BucketsPerLevel = 1 << LevelBits;

    /// <summary>Enough for the 53 bits of a tick.</summary>
    private const int Levels = 9;

    /// <summary>Buckets that are looked through for their earliest deadline; of wider ones, from 419 ms, the start will do.
    /// Chosen: nothing is to be done in turns that takes the longer the more slots there are, and a shard turns twice a
    /// second anyway.</summary>
    private const int NarrowBuckets = 2 * BucketsPerLevel;

    /// <summary>The ring of slots that are being taken.</summary>
    private const int Due = Levels * BucketsPerLevel;

    /// <summary>Entries of buckets; those of slots are behind them.</summary>
    private const int Buckets = Due + 1;

    private readonly ulong[] _occupied = new ulong[Levels];
    private Entry[] _entries;
    private uint _occupiedLevels;
    private long _tick;
    private int _count;

    /// <summary>No deadline is earlier, also when it is not known to be the answer.</summary>
    private Instant _next = Instant.Never;
    private bool _isNextKnown = true;

    /// <summary>Makes a wheel for slots 0 to <paramref name="capacity"/> - 1, none of them set.</summary>
    public TimerWheel(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _entries = new Entry[Buckets];
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            _entries[bucket].Next = bucket;
            _entries[bucket].Previous = bucket;
        }

        Grow(capacity);
    }

    /// <summary>When to look for what is due: the earliest deadline, or <see cref="Instant.Never"/>. When that is not in
    /// the present 419 ms, it may be the start of those in which it is, or an earlier such start: once in each nothing is
    /// due.</summary>
    [HotPath]
    public Instant Next
    {
        get
        {
            if (!_isNextKnown)
            {
                FindNext();
            }

            return _next;
        }
    }

    /// <summary>How many slots have a deadline.</summary>
    public int Count => _count;

    /// <summary>Makes room for more slots, none of the new ones set.</summary>
    public void Grow(int capacity)
    {
        var before = _entries.Length;
        Array.Resize(ref _entries, Buckets + capacity);
        foreach (ref var entry in _entries.AsSpan(before))
        {
            entry.Deadline = Instant.Never;
        }
    }

    /// <summary>Sets a slot's deadline, replacing the one before; <see cref="Instant.Never"/> clears it.</summary>
    [HotPath]
    public void Set(int slot, Instant deadline)
    {
        if (!deadline.IsSet)
        {
            Clear(slot);
            return;
        }

        ref var entry = ref _entries[Buckets + slot];
        var before = entry.Deadline;
        entry.Deadline = deadline;
        if (!before.IsSet)
        {
            _count++;
            Link(Buckets + slot, BucketOf(deadline));
        }
        else if (deadline < before)
        {
            Move(Buckets + slot, BucketOf(deadline));
        }

        if (deadline <= _next)
        {
            _next = deadline;
            _isNextKnown = true;
        }
        else if (before == _next)
        {
            _isNextKnown = false;
        }
    }

    /// <summary>Clears a slot's deadline, if it has one.</summary>
    [HotPath]
    public void Clear(int slot)
    {
        ref var entry = ref _entries[Buckets + slot];
        if (!entry.Deadline.IsSet)
        {
            return;
        }

        if (entry.Deadline == _next)
        {
            _isNextKnown = false;
        }

        entry.Deadline = Instant.Never;
        _count--;
        Unlink(Buckets + slot);
    }

    /// <summary>Takes a slot that is due, clearing it; false when none is.</summary>
    [HotPath]
    public bool TryTakeDue(out int slot, Instant now)
    {
        while (true)
        {
            while (_entries[Due].Next is var entry && entry != Due)
            {
                var deadline = _entries[entry].Deadline;
                if (IsDue(deadline, now))
                {
                    slot = entry - Buckets;
                    Clear(slot);
                    return true;
                }

                // Set to later while others were taken.
                Move(entry, BucketOf(deadline));
            }

            if (Next > now)
            {
                TurnTo(now);
                slot = -1;
                return false;
            }

            Gather(now);
        }
    }

    private static long TickOf(Instant instant) => instant.Ticks >> TickBits;

    /// <summary>Whether a slot may be taken; those of later ticks have to wait for what comes before them.</summary>
    private bool IsDue(Instant deadline, Instant now) =>
        deadline <= now && TickOf(deadline) <= _tick;

    /// <summary>Where a deadline belongs, seen from the present tick.</summary>
    private int BucketOf(Instant deadline)
    {
        var tick = Math.Max(TickOf(deadline), _tick);
        var level = BitOperations.Log2((ulong)(tick ^ _tick) | (BucketsPerLevel - 1)) / LevelBits;
        var digit = (int)(tick >> (level * LevelBits)) & (BucketsPerLevel - 1);
        return (level * BucketsPerLevel) + digit;
    }

    /// <summary>The first tick of a bucket that has slots.</summary>
    private long StartOf(int bucket)
    {
        var shift = bucket / BucketsPerLevel * LevelBits;
        var digit = (long)(bucket % BucketsPerLevel);
        var above = _tick >> (shift + LevelBits) << (shift + LevelBits);
        return above | digit << shift;
    }

    /// <summary>The earliest bucket that has slots, of a wheel that has some.</summary>
    private int Earliest()
    {
        var level = BitOperations.TrailingZeroCount(_occupiedLevels);
        return (level * BucketsPerLevel) + BitOperations.TrailingZeroCount(_occupied[level]);
    }

    /// <summary>Finds out when to look for what is due.</summary>
    private void FindNext()
    {
        while (_entries[Due].Next is var entry && entry != Due)
        {
            Move(entry, BucketOf(_entries[entry].Deadline));
        }

        var next = Instant.Never;
        while (!next.IsSet && _occupiedLevels != 0)
        {
            var bucket = Earliest();
            next =
                bucket < NarrowBuckets
                    ? EarliestOf(bucket)
                    : new Instant(StartOf(bucket) << TickBits);
        }

        _next = next;
        _isNextKnown = true;
    }

    /// <summary>The earliest deadline of a bucket, or never when all of its slots were moved: those leave it.</summary>
    private Instant EarliestOf(int bucket)
    {
        var earliest = Instant.Never;
        for (var entry = _entries[bucket].Next; entry != bucket; )
        {
            var (deadline, following) = (_entries[entry].Deadline, _entries[entry].Next);
            if (BucketOf(deadline) is var place && place != bucket)
            {
                Move(entry, place);
            }
            else
            {
                earliest = Instant.Min(earliest, deadline);
            }

            entry = following;
        }

        return earliest;
    }

    /// <summary>Makes slots of the earliest bucket, which has begun, ready to be taken; those of a wide one are spread over
    /// narrower ones first.</summary>
    private void Gather(Instant now)
    {
        var bucket = Earliest();
        _tick = StartOf(bucket);
        Spread(bucket, now);
    }

    /// <summary>Turns the wheel to a time at which nothing is due.</summary>
    private void TurnTo(Instant now)
    {
        var tick = TickOf(now);
        if (tick <= _tick)
        {
            return;
        }

        var hasBegun = _occupiedLevels != 0 && StartOf(Earliest()) <= tick;
        _tick = tick;
        if (hasBegun)
        {
            Spread(Earliest(), now);
        }
    }

    /// <summary>Puts each slot of a bucket where it belongs now: due ones with those that are being taken.</summary>
    private void Spread(int bucket, Instant now)
    {
        var last = _entries[bucket].Previous;
        int entry;
        do
        {
            entry = _entries[bucket].Next;
            var deadline = _entries[entry].Deadline;
            Move(entry, IsDue(deadline, now) ? Due : BucketOf(deadline));
        } while (entry != last);
    }

    /// <summary>Puts an entry at the end of a ring.</summary>
    private void Link(int entry, int bucket)
    {
        var last = _entries[bucket].Previous;
        _entries[entry].Next = bucket;
        _entries[entry].Previous = last;
        _entries[last].Next = entry;
        _entries[bucket].Previous = entry;
        if (last == bucket && bucket != Due)
        {
            var level = bucket / BucketsPerLevel;
            _occupied[level] |= 1UL << (bucket % BucketsPerLevel);
            _occupiedLevels |= 1U << level;
        }
    }

    private void Move(int entry, int bucket)
    {
        Unlink(entry);
        Link(entry, bucket);
    }

    /// <summary>Takes an entry out of its ring.</summary>
    private void Unlink(int entry)
    {
        var (next, previous) = (_entries[entry].Next, _entries[entry].Previous);
        _entries[previous].Next = next;
        _entries[next].Previous = previous;
        // Of two that were in it, one was the bucket.
        if (next == previous && next != Due)
        {
            _isNextKnown = false;
            var level = next / BucketsPerLevel;
            _occupied[level] &= ~(1UL << (next % BucketsPerLevel));
            if (_occupied[level] == 0)
            {
                _occupiedLevels &= ~(1U << level);
            }
        }
    }

    /// <summary>A slot or a bucket in a ring.</summary>
    private struct Entry
    {
        public Instant Deadline;
        public int Next;
        public int Previous;
    }
}
