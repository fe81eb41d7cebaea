using Edge.Forwarding.Thinning;
using Edge.Forwarding.Tracks;
using Edge.Primitives;

namespace Edge.Forwarding.KeyFrames;

/// <summary>The latest packets of one layer: for NACKs, and from its last key frame on for joiners.</summary>
/// <remarks>
/// Shape: a ring over extended sequence numbers. Packets leave when they are older than the history
/// age and not needed from the last key frame on, or when the ring is full; a key frame that leaves
/// is no longer a starting point until the next one comes.
/// Bounded: the capacity in packets, hence capacity * <see cref="PacketPool.SlotBytes"/> bytes. Streams with
/// layers keep 48 bytes more for each (<see cref="KeepFacts"/>).
/// Owner: holds one claim on each packet inside, none on padding-only ones.
/// </remarks>
internal sealed class PacketCache
{
    /// <summary>No key frame is cached.</summary>
    public const long NoKeyFrame = -1;

    /// <summary>Numbers before the first packet that may still come. Chosen: what another process shows of the last second
    /// of 10 Mbit/s, which the first live packets overtake.</summary>
    private const int ReorderAtStart = 1024;

    /// <summary>Packets released per packet added. Chosen: a backlog empties eight times faster than it
    /// grew, and one call stays short.</summary>
    private const int TrimStepsMax = 8;

    private readonly CachedPacket[] _entries;
    private readonly PacketPool[] _pools;
    private readonly long _mask;
    private FrameFacts[] _facts = [];
    private Instant _startedAt;

    /// <summary>Makes an empty cache; the capacity is a power of two.</summary>
    public PacketCache(int capacity, PacketPool[] pools)
    {
        _entries = new CachedPacket[capacity];
        _mask = capacity - 1;
        _pools = pools;
    }

    /// <summary>Whether any packet came since the last <see cref="Clear"/>.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>The lowest number that may be inside.</summary>
    public long Oldest { get; private set; }

    /// <summary>The highest number received.</summary>
    public long Highest { get; private set; }

    /// <summary>The first packet of the last key frame, or <see cref="NoKeyFrame"/>.</summary>
    public long KeyFrameStart { get; private set; } = NoKeyFrame;

    /// <summary>Whether a joiner could start from the cache.</summary>
    public bool HasKeyFrame => KeyFrameStart != NoKeyFrame;

    /// <summary>Claims held.</summary>
    public int Count { get; private set; }

    /// <summary>Puts a packet in, with a claim of its own.</summary>
    [HotPath]
    public CacheInsertion Add(in CachedPacket entry, Instant now)
    {
        var extended = entry.Packet.ExtendedSequence;
        if (!IsStarted)
        {
            IsStarted = true;
            _startedAt = now;
            Oldest = Math.Max(extended - Math.Min(ReorderAtStart, _mask), 0);
            Highest = extended;
        }

        if (extended < Oldest)
        {
            return CacheInsertion.TooOld;
        }

        var isNewest = extended >= Highest;
        if (extended > Highest)
        {
            EvictBelow(extended - _mask);
            NoteGap(extended, now);
            Highest = extended;
        }

        ref var slot = ref _entries[extended & _mask];
        if (slot.IsPresent)
        {
            return CacheInsertion.Duplicate;
        }

        slot = entry;
        slot.IsPresent = true;
        if (!entry.Packet.Handle.IsNone)
        {
            _pools[entry.Packet.Handle.Pool].AddReference(entry.Packet.Handle);
            Count++;
        }

        if (entry.Packet.IsKeyFrameStart)
        {
            NoteKeyFrame(entry.Packet);
        }

        return isNewest ? CacheInsertion.Newest : CacheInsertion.Late;
    }

    /// <summary>Whether a packet is inside.</summary>
    [HotPath]
    public bool Contains(long extended) =>
        IsStarted
        && extended >= Oldest
        && extended <= Highest
        && _entries[extended & _mask].IsPresent;

    /// <summary>A packet that <see cref="Contains"/> said is inside.</summary>
    public ref readonly CachedPacket this[long extended] => ref _entries[extended & _mask];

    /// <summary>The same with what is known of its frame.</summary>
    public PacketView View(long extended) =>
        new(in _entries[extended & _mask], in FactsOf(extended));

    /// <summary>The first number of what came less than an age before the newest, or that of the last key frame where
    /// that is lower.</summary>
    public long FirstWithin(TimeSpan age)
    {
        var since = _entries[Highest & _mask].Packet.ArrivedAt - age;
        var first = Highest + 1;
        while (first > Oldest && !IsBefore(first - 1, since))
        {
            first--;
        }

        return HasKeyFrame ? Math.Min(first, KeyFrameStart) : first;
    }

    /// <summary>From now on what is known of frames is kept too.</summary>
    public void KeepFacts()
    {
        if (_facts.Length == 0)
        {
            _facts = new FrameFacts[_entries.Length];
        }
    }

    /// <summary>Notes what is known of a packet's frame, if that is kept.</summary>
    [HotPath]
    public void SetFacts(long extended, in FrameFacts facts)
    {
        if (_facts.Length > 0)
        {
            _facts[extended & _mask] = facts;
        }
    }

    /// <summary>Releases packets past the history age, a few per call.</summary>
    [HotPath]
    public void Trim(TimeSpan historyAge, Instant now) => Trim(historyAge, TrimStepsMax, now);

    /// <summary>Gives up the key frame and releases at once what is past an age: slots ran short, and a
    /// publisher that has fallen silent brings no further packets to trim with.</summary>
    public void Shrink(TimeSpan historyAge, Instant now)
    {
        ForgetKeyFrame();
        Trim(historyAge, _entries.Length, now);
    }

    /// <summary>Gives up the cached key frame; its packets leave as history does.</summary>
    public void ForgetKeyFrame() => KeyFrameStart = NoKeyFrame;

    /// <summary>Releases everything.</summary>
    public void Clear()
    {
        foreach (ref var slot in _entries.AsSpan())
        {
            Remove(ref slot);
        }

        Array.Clear(_facts);
        KeyFrameStart = NoKeyFrame;
        IsStarted = false;
    }

    private bool IsBefore(long extended, Instant since)
    {
        ref readonly var slot = ref _entries[extended & _mask];
        return slot.IsPresent && slot.Packet.ArrivedAt <= since;
    }

    private ref readonly FrameFacts FactsOf(long extended)
    {
        if (_facts.Length == 0)
        {
            return ref FrameFacts.None;
        }

        return ref _facts[extended & _mask];
    }

    [HotPath]
    private void Trim(TimeSpan historyAge, int stepsMax, Instant now)
    {
        var keepFrom = HasKeyFrame ? Math.Min(KeyFrameStart, Highest) : Highest;
        for (var step = 0; step < stepsMax && Oldest < keepFrom; step++)
        {
            ref var slot = ref _entries[Oldest & _mask];
            var since = slot.IsPresent
                ? slot.Packet.ArrivedAt
                : Instant.Max(_startedAt, slot.Packet.ArrivedAt);
            if (now - since <= historyAge)
            {
                return;
            }

            Remove(ref slot);
            Oldest++;
        }
    }

    /// <summary>Parameter sets and slices of one key frame share a timestamp: the first of them is the
    /// start, whichever came first.</summary>
    private void NoteKeyFrame(in TrackPacket packet)
    {
        var extended = packet.ExtendedSequence;
        if (!HasKeyFrame)
        {
            KeyFrameStart = extended;
            return;
        }

        var isSame = packet.Timestamp == _entries[KeyFrameStart & _mask].Packet.Timestamp;
        if (isSame ? extended < KeyFrameStart : extended > KeyFrameStart)
        {
            KeyFrameStart = extended;
        }
    }

    /// <summary>What is missing before a packet is as old as that one: until then nobody could know.</summary>
    private void NoteGap(long extended, Instant now)
    {
        for (var missing = Math.Max(Highest + 1, Oldest); missing < extended; missing++)
        {
            ref var slot = ref _entries[missing & _mask];
            slot.Packet = slot.Packet with { ArrivedAt = now };
        }
    }

    private void EvictBelow(long first)
    {
        if (first <= Oldest)
        {
            return;
        }

        var last = Math.Min(first - 1, Oldest + _mask);
        for (var extended = Oldest; extended <= last; extended++)
        {
            Remove(ref _entries[extended & _mask]);
        }

        Oldest = first;
        if (KeyFrameStart < first)
        {
            KeyFrameStart = NoKeyFrame;
        }
    }

    private void Remove(ref CachedPacket slot)
    {
        if (!slot.IsPresent)
        {
            return;
        }

        if (!slot.Packet.Handle.IsNone)
        {
            _pools[slot.Packet.Handle.Pool].Release(slot.Packet.Handle);
            Count--;
        }

        slot = default;
    }
}
