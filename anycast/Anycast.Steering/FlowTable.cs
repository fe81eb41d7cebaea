using System.Runtime.InteropServices;
using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>Which node of the PoP owns the flow of a client's address, as the owners have said.</summary>
/// <remarks>
/// Shape: sets of <see cref="Ways"/> places, found by a keyed hash, so that nobody who chooses addresses chooses whose
/// places they take. It grows as sets fill. Bounded: <c>capacity</c> flows; a further one takes the place of its set that
/// expires first. An entry is valid for <see cref="Lifetime"/> after it was said last. Threads: one.
/// </remarks>
public sealed class FlowTable
{
    /// <summary>Flows kept at most by default. Chosen: the flows of twenty full nodes; 3 MiB.</summary>
    public const int CapacityMax = 65_536;

    /// <summary>How long an entry is valid that is not said again. Chosen: three rounds of
    /// <see cref="FlowLetter.RepeatInterval"/>, and a bit.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(35);

    /// <summary>How long a guess is valid. Chosen: longer than an owner needs to say so.</summary>
    public static readonly TimeSpan GuessLifetime = TimeSpan.FromSeconds(2);

    private const int Ways = 8;

    /// <summary>2^64 divided by it: an odd number whose bits have no pattern.</summary>
    private const ulong GoldenRatio = 0x9E37_79B9_7F4A_7C15;

    private const int CapacityUsual = 1024;

    private readonly int _capacity;
    private readonly ulong _hashHigh;
    private readonly ulong _hashLow;
    private Entry[] _entries;

    /// <summary>Makes an empty table.</summary>
    /// <param name="random">Where the key of its hash comes from.</param>
    /// <param name="capacity">Flows kept at most; a power of two, at least 8.</param>
    public FlowTable(Prng random, int capacity = CapacityMax)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (capacity < Ways || !System.Numerics.BitOperations.IsPow2(capacity))
        {
            throw new ArgumentException(
                $"A power of two of at least {Ways} is expected, not {capacity}.",
                nameof(capacity)
            );
        }

        Span<byte> key = stackalloc byte[2 * sizeof(ulong)];
        random.Fill(key);
        _hashHigh = MemoryMarshal.Read<ulong>(key) | 1;
        _hashLow = MemoryMarshal.Read<ulong>(key[sizeof(ulong)..]) | 1;
        _capacity = capacity;
        _entries = new Entry[Math.Min(capacity, CapacityUsual)];
    }

    /// <summary>Flows inside, those that have expired and were not yet replaced included.</summary>
    public int Count { get; private set; }

    /// <summary>Notes what the owner of a flow said.</summary>
    /// <param name="client">The flow's address.</param>
    /// <param name="owner">Who said that it is its own.</param>
    /// <param name="now">The time.</param>
    /// <param name="isRepeated">Whether it said so before. It may have been written before another node took the flow from it,
    /// and then changes nothing.</param>
    public void Set(in NetworkAddress client, FlowOwner owner, Instant now, bool isRepeated = false)
    {
        if (isRepeated && IsOfOther(client, owner, now))
        {
            return;
        }

        while (_entries.Length < _capacity && !HasPlace(client, now))
        {
            Grow();
        }

        Put(new Entry(client, owner, now + Lifetime, IsGuess: false));
    }

    /// <summary>Notes who is going to own a flow, by a check that was passed on and not yet answered: what the client sends
    /// next may be faster than the owner's word. It takes a free place, else that of the guess that expires first, and nobody's
    /// who was named by an owner, so that checks from addresses that are not their sender's do no harm.</summary>
    [HotPath]
    public void Guess(in NetworkAddress client, FlowOwner owner, Instant now)
    {
        var set = SetOf(client);
        var place = -1;
        for (var way = 0; way < set.Length; way++)
        {
            var isOver = set[way].ExpiresAt <= now;
            if (!isOver && set[way].Client == client)
            {
                return;
            }

            if (
                (isOver || set[way].IsGuess)
                && (place < 0 || set[way].ExpiresAt < set[place].ExpiresAt)
            )
            {
                place = way;
            }
        }

        if (place >= 0)
        {
            Count += set[place].IsUsed ? 0 : 1;
            set[place] = new Entry(client, owner, now + GuessLifetime, IsGuess: true);
        }
    }

    /// <summary>Notes that a flow has ended, unless another owner has taken it over meanwhile.</summary>
    public void Remove(in NetworkAddress client, ushort node) =>
        Remove(client, new FlowOwner(node, Shard: 0));

    /// <summary>The same of an owner in whatever PoP; its shard does not matter.</summary>
    public void Remove(in NetworkAddress client, FlowOwner owner)
    {
        foreach (ref var entry in SetOf(client))
        {
            if (
                entry.IsUsed
                && entry.Client == client
                && entry.Owner with { Shard = owner.Shard } == owner
            )
            {
                entry = default;
                Count--;
            }
        }
    }

    /// <summary>Forgets what a node of this PoP has said: it is gone.</summary>
    public void RemoveNode(ushort node)
    {
        foreach (ref var entry in _entries.AsSpan())
        {
            if (entry.IsUsed && entry.Owner.IsPeer(node))
            {
                entry = default;
                Count--;
            }
        }
    }

    /// <summary>Finds who owns a flow.</summary>
    [HotPath]
    public bool TryFind(in NetworkAddress client, out FlowOwner owner, Instant now)
    {
        foreach (ref readonly var entry in SetOf(client))
        {
            if (entry.Client == client && now < entry.ExpiresAt && entry.IsUsed)
            {
                owner = entry.Owner;
                return true;
            }
        }

        owner = default;
        return false;
    }

    /// <summary>Whether a flow may still send so much in this second.</summary>
    /// <param name="client">The flow's address; one that is not known may send what it wants.</param>
    /// <param name="bytes">How much.</param>
    /// <param name="bytesPerSecond">How much a second has.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public bool TrySpend(in NetworkAddress client, int bytes, int bytesPerSecond, Instant now)
    {
        foreach (ref var entry in SetOf(client))
        {
            if (entry.IsUsed && entry.Client == client)
            {
                return entry.TrySpend(bytes, bytesPerSecond, now);
            }
        }

        return true;
    }

    /// <summary>Puts an entry into its set: where it was, where nobody is, or in place of what expires first.</summary>
    private void Put(in Entry added)
    {
        var set = SetOf(added.Client);
        var place = 0;
        for (var way = 0; way < set.Length; way++)
        {
            if (set[way].IsUsed && set[way].Client == added.Client)
            {
                set[way] = added.SpendingAs(set[way]);
                return;
            }

            // Guesses expire soonest.
            place = set[way].ExpiresAt < set[place].ExpiresAt ? way : place;
        }

        Count += set[place].IsUsed ? 0 : 1;
        set[place] = added;
    }

    /// <summary>Whether another owner has said that a flow is its own; a guess says nothing.</summary>
    private bool IsOfOther(in NetworkAddress client, FlowOwner owner, Instant now)
    {
        foreach (ref readonly var entry in SetOf(client))
        {
            if (entry.IsUsed && entry.Client == client)
            {
                return !entry.IsGuess
                    && now < entry.ExpiresAt
                    && entry.Owner with { Shard = owner.Shard } != owner;
            }
        }

        return false;
    }

    private bool HasPlace(in NetworkAddress client, Instant now)
    {
        foreach (ref readonly var entry in SetOf(client))
        {
            if (entry.ExpiresAt <= now || entry.IsGuess || entry.Client == client)
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
    private Span<Entry> SetOf(in NetworkAddress client)
    {
        Span<ulong> address = stackalloc ulong[2];
        client.WriteIPv6(MemoryMarshal.AsBytes(address));
        var mixed = Mix(address[0] ^ _hashLow, _hashHigh);
        mixed = Mix(mixed ^ address[1] ^ client.Port, _hashLow);
        // Once more: the low bits, which choose, would say little of what differs in the high ones alone.
        mixed = Mix(mixed ^ _hashHigh, GoldenRatio);
        var sets = _entries.Length / Ways;
        return _entries.AsSpan((int)(mixed & (ulong)(sets - 1)) * Ways, Ways);
    }

    /// <summary>Both halves of a product, each bit of which depends on many of the factors'.</summary>
    [HotPath]
    private static ulong Mix(ulong left, ulong right) =>
        Math.BigMul(left, right, out var low) ^ low;

    private record struct Entry(
        NetworkAddress Client,
        FlowOwner Owner,
        Instant ExpiresAt,
        bool IsGuess
    )
    {
        private Allowance _spending;

        public readonly bool IsUsed => ExpiresAt != default;

        /// <summary>The entry with what the former one of the flow has spent.</summary>
        public readonly Entry SpendingAs(in Entry former) =>
            this with
            {
                _spending = former._spending,
            };

        public bool TrySpend(int bytes, int bytesPerSecond, Instant now) =>
            _spending.TryTake(bytes, bytesPerSecond, now);
    }
}
