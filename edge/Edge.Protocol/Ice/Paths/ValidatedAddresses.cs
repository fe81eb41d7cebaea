using Edge.Primitives;

namespace Edge.Protocol.Ice.Paths;

/// <summary>The peer's addresses that passed an authenticated check.</summary>
/// <remarks>Bounded: at most <see cref="CountMax"/>; a newer one replaces the one that was silent for
/// longest, never the one that is kept.</remarks>
internal sealed partial class ValidatedAddresses
{
    /// <summary>Most addresses held. Chosen: a browser with two interfaces, both families and a relay
    /// each makes eight; twice that leaves room for NAT rebinding.</summary>
    public const int CountMax = 16;

    /// <summary>Room from the start: most peers have one address, or one of each family.</summary>
    private const int CountUsual = 2;

    private Entry[] _entries = new Entry[CountUsual];

    /// <summary>How many are held.</summary>
    public int Count { get; private set; }

    /// <summary>Whether an address is held.</summary>
    public bool Contains(in NetworkAddress address) => Find(in address) >= 0;

    /// <summary>When an address last gave consent; <see cref="Instant.Never"/> if it never did.</summary>
    public Instant ConsentAt(in NetworkAddress address)
    {
        var index = Find(in address);
        return index < 0 ? Instant.Never : _entries[index].ConsentAt;
    }

    /// <summary>The address that gave consent last; false when none ever did.</summary>
    public bool TryFindLatestConsent(out NetworkAddress address, out Instant at)
    {
        address = default;
        at = Instant.Never;
        foreach (ref readonly var entry in _entries.AsSpan(0, Count))
        {
            if (entry.ConsentAt.IsSet && (!at.IsSet || entry.ConsentAt > at))
            {
                address = entry.Address;
                at = entry.ConsentAt;
            }
        }

        return at.IsSet;
    }

    /// <summary>Notes that an address passed a check.</summary>
    /// <returns>True when it was not held before.</returns>
    public bool NoteAuthenticated(
        in NetworkAddress address,
        Instant now,
        in NetworkAddress kept,
        out NetworkAddress forgotten
    )
    {
        forgotten = default;
        var index = Find(in address);
        if (index >= 0)
        {
            _entries[index].SeenAt = now;
            return false;
        }

        if (Count < CountMax)
        {
            index = Count++;
            if (index == _entries.Length)
            {
                Array.Resize(ref _entries, 2 * index);
            }
        }
        else
        {
            index = FindOldestBut(in kept);
            forgotten = _entries[index].Address;
        }

        _entries[index] = new Entry
        {
            Address = address,
            SeenAt = now,
            ConsentAt = Instant.Never,
        };
        return true;
    }

    /// <summary>Notes that a held address consents to receive.</summary>
    public void NoteConsent(in NetworkAddress address, Instant now)
    {
        var index = Find(in address);
        if (index >= 0)
        {
            _entries[index].ConsentAt = now;
        }
    }

    /// <summary>Forgets an address; false when it is not held.</summary>
    public bool TryRemove(in NetworkAddress address)
    {
        var index = Find(in address);
        if (index < 0)
        {
            return false;
        }

        Count--;
        Array.Copy(_entries, index + 1, _entries, index, Count - index);
        _entries[Count] = default;
        return true;
    }

    /// <summary>Forgets all consent: the peer has withdrawn it.</summary>
    public void WithdrawConsent()
    {
        foreach (ref var entry in _entries.AsSpan(0, Count))
        {
            entry.ConsentAt = Instant.Never;
        }
    }

    /// <summary>Adds everything held to a hash, for tests.</summary>
    internal void AddTo(ref HashCode hash)
    {
        foreach (ref readonly var entry in _entries.AsSpan(0, Count))
        {
            hash.Add(entry.Address);
            hash.Add(entry.SeenAt);
            hash.Add(entry.ConsentAt);
            entry.Proof?.AddTo(ref hash);
        }
    }

    private int Find(in NetworkAddress address)
    {
        for (var index = 0; index < Count; index++)
        {
            if (_entries[index].Address == address)
            {
                return index;
            }
        }

        return -1;
    }

    private int FindOldestBut(in NetworkAddress kept)
    {
        var oldest = -1;
        for (var index = 0; index < Count; index++)
        {
            if (
                _entries[index].Address != kept
                && (oldest < 0 || _entries[index].SeenAt < _entries[oldest].SeenAt)
            )
            {
                oldest = index;
            }
        }

        return oldest;
    }

    private struct Entry
    {
        public NetworkAddress Address;
        public Instant SeenAt;
        public Instant ConsentAt;
        public PathProof? Proof;
    }
}
