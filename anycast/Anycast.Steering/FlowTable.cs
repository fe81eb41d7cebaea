using System.Runtime.InteropServices;
using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>Which node of the PoP owns the flow of a client's address, as the owners have said.</summary>
/// <remarks>
/// Of two that claim an address, one whose client is proved to be there has it, and the other is its newcomer: who just begins there
/// after another one left, or whose check somebody sent again from there. A newcomer gets what begins a session
/// (<see cref="FlowStage.Opening"/>), which who is proved has no use for, and nothing else until it is proved, too. Of two that are
/// proved the one that was so last has it, of two of whom none is, the one that says so last. Either comes after the newcomer, who is
/// none then; that time passes without a proof does not end a handshake that has begun.
/// Shape: sets of <see cref="Ways"/> places, found by a keyed hash, so that nobody who chooses addresses chooses whose
/// places they take. It grows as sets fill. Bounded: <c>capacity</c> flows; a further one takes the place of its set that
/// expires first. An entry is valid for <see cref="Lifetime"/> after it was said last. Threads: one.
/// </remarks>
public sealed class FlowTable
{
    /// <summary>Flows kept at most by default. Chosen: the flows of twenty full nodes; 6 MiB, 96 bytes each, and each
    /// shard has a table.</summary>
    public const int CapacityMax = 65_536;

    /// <summary>How long an entry is valid that is not said again. Chosen: three rounds of
    /// <see cref="FlowLetter.RepeatInterval"/>, and a bit.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(35);

    /// <summary>How long a guess is valid. Chosen: longer than an owner needs to say so.</summary>
    public static readonly TimeSpan GuessLifetime = TimeSpan.FromSeconds(2);

    /// <summary>Proofs that are no further apart are taken for one, of which several tell. Chosen: more than the times differ that
    /// words take between PoPs.</summary>
    private static readonly TimeSpan ProofMargin = TimeSpan.FromMilliseconds(250);

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

    /// <summary>Notes what the owner of a flow said, of whose client nothing is known.</summary>
    /// <param name="client">The flow's address.</param>
    /// <param name="owner">Who said that it is its own.</param>
    /// <param name="now">The time.</param>
    public void Set(in NetworkAddress client, FlowOwner owner, Instant now) =>
        Set(owner, new FlowWord(client, owner.Shard), now);

    /// <summary>Notes what the owner of a flow said. What is said again may have been written before another node took the flow from
    /// it, and then changes nothing, but by its proof.</summary>
    /// <param name="owner">Who said that it is its own.</param>
    /// <param name="word">What it said.</param>
    /// <param name="now">The time.</param>
    public void Set(FlowOwner owner, in FlowWord word, Instant now)
    {
        var added = new Entry(word.Client, owner, now + Lifetime, IsGuess: false)
        {
            Proof = word.Proof,
            ProvedAt = now - word.ProvedAgo,
        };
        foreach (ref var known in SetOf(word.Client))
        {
            if (
                !known.IsNamed(word.Client, now)
                || IsSame(known.Owner, owner)
                || Yields(known, added, word.IsRepeated)
            )
            {
                continue;
            }

            if (word.Proof == FlowProof.Asked && !(word.IsRepeated && now < known.NewcomerUntil))
            {
                known = known with { Newcomer = owner, NewcomerUntil = now + Lifetime };
            }

            return;
        }

        while (_entries.Length < _capacity && !HasPlace(word.Client, now))
        {
            Grow();
        }

        Put(added, word.IsRepeated);
    }

    /// <summary>Whether one proof is so much younger than another one that it is not the same.</summary>
    [HotPath]
    public static bool IsYounger(Instant provedAt, Instant otherAt) =>
        provedAt - otherAt > ProofMargin;

    /// <summary>Notes who is going to own a flow, by a check that was passed on and not yet answered: what the client sends
    /// next may be faster than the owner's word. It takes a free place, else that of the guess that expires first, and nobody's
    /// who was named by an owner, so that checks from addresses that are not their sender's do no harm: of such a flow it is the
    /// newcomer, if there is none.</summary>
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
                set[way].GuessNewcomer(owner, now);
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

    /// <summary>The same of an owner in whatever PoP; its shard does not matter. Its newcomer has the flow then.</summary>
    public void Remove(in NetworkAddress client, FlowOwner owner)
    {
        foreach (ref var entry in SetOf(client))
        {
            if (entry.IsUsed && entry.Client == client)
            {
                Remove(ref entry, owner);
            }
        }
    }

    /// <summary>Forgets who has a flow, and who is new there: neither is true any more, and both hear of it.</summary>
    public void Forget(in NetworkAddress client)
    {
        foreach (ref var entry in SetOf(client))
        {
            if (entry.IsUsed && entry.Client == client)
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
            if (entry.IsUsed)
            {
                Remove(ref entry, new FlowOwner(node, Shard: 0));
            }
        }
    }

    /// <summary>Finds who owns a flow.</summary>
    [HotPath]
    public bool TryFind(in NetworkAddress client, out FlowOwner owner, Instant now) =>
        TryFind(client, FlowStage.Established, out owner, now);

    /// <summary>Finds whose a datagram is.</summary>
    /// <param name="client">Where it came from.</param>
    /// <param name="stage">What it is.</param>
    /// <param name="owner">The owner of the flow, or its newcomer.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public bool TryFind(in NetworkAddress client, FlowStage stage, out FlowOwner owner, Instant now)
    {
        foreach (ref readonly var entry in SetOf(client))
        {
            if (entry.Client == client && now < entry.ExpiresAt && entry.IsUsed)
            {
                var isNewcomers = stage == FlowStage.Opening && now < entry.NewcomerUntil;
                owner = isNewcomers ? entry.Newcomer : entry.Owner;
                return true;
            }
        }

        owner = default;
        return false;
    }

    /// <summary>Finds since when a client is proved to be at an address, as its owner has said.</summary>
    [HotPath]
    public bool TryFindProof(in NetworkAddress client, out Instant provedAt, Instant now)
    {
        foreach (ref readonly var entry in SetOf(client))
        {
            if (entry.Proof == FlowProof.Proved && entry.IsNamed(client, now))
            {
                provedAt = entry.ProvedAt;
                return true;
            }
        }

        provedAt = default;
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
    private void Put(in Entry added, bool isRepeated)
    {
        var set = SetOf(added.Client);
        var place = 0;
        for (var way = 0; way < set.Length; way++)
        {
            if (set[way].IsUsed && set[way].Client == added.Client)
            {
                set[way] = added.After(set[way], isRepeated);
                return;
            }

            // Guesses expire soonest.
            place = set[way].ExpiresAt < set[place].ExpiresAt ? way : place;
        }

        Count += set[place].IsUsed ? 0 : 1;
        set[place] = added;
    }

    /// <summary>Whether what was said of a flow gives way to what another owner says.</summary>
    private static bool Yields(in Entry known, in Entry said, bool isRepeated) =>
        (known.Proof, said.Proof) switch
        {
            (FlowProof.Proved, FlowProof.Asked) => false,
            (FlowProof.Asked, FlowProof.Proved) => true,
            (FlowProof.Proved, FlowProof.Proved) => IsYounger(said.ProvedAt, known.ProvedAt)
                || !(isRepeated || IsYounger(known.ProvedAt, said.ProvedAt)),
            _ => !isRepeated,
        };

    private static bool IsSame(FlowOwner one, FlowOwner other) =>
        one with { Shard = other.Shard } == other;

    private void Remove(ref Entry entry, FlowOwner owner)
    {
        if (IsSame(entry.Newcomer, owner))
        {
            entry = entry with { Newcomer = default, NewcomerUntil = default };
        }

        if (!IsSame(entry.Owner, owner))
        {
            return;
        }

        entry = entry.Succeeded();
        Count -= entry.IsUsed ? 0 : 1;
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
                Put(entry, isRepeated: true);
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

        /// <summary>Whether the client is known to be there.</summary>
        public FlowProof Proof { get; set; }

        /// <summary>Since when; meaningful where it is proved.</summary>
        public Instant ProvedAt { get; set; }

        /// <summary>Who claims the flow, too, and is not proved to have it.</summary>
        public FlowOwner Newcomer { get; set; }

        /// <summary>How long that is valid.</summary>
        public Instant NewcomerUntil { get; set; }

        /// <summary>Whether an owner has said that a flow is its own; a guess says nothing.</summary>
        public readonly bool IsNamed(in NetworkAddress client, Instant now) =>
            IsUsed && !IsGuess && Client == client && now < ExpiresAt;

        /// <summary>The entry with what the former one of the flow has spent, and its newcomer, if that still is one. Of whose client
        /// nothing is said, of that holds what was said.</summary>
        public readonly Entry After(in Entry former, bool isRepeated)
        {
            var isSaid = Proof != FlowProof.Unsaid || !IsSame(former.Owner, Owner);
            var after = this with
            {
                _spending = former._spending,
                Proof = isSaid ? Proof : former.Proof,
                ProvedAt = isSaid ? ProvedAt : former.ProvedAt,
            };
            return IsSame(former.Newcomer, Owner) || after.IsAfterNewcomer(former, isRepeated)
                ? after
                : after with
                {
                    Newcomer = former.Newcomer,
                    NewcomerUntil = former.NewcomerUntil,
                };
        }

        /// <summary>Whether this was claimed after the former entry's newcomer came: anew by who is not proved, or by another owner that
        /// was proved since. The same proof may be told by two relays.</summary>
        private readonly bool IsAfterNewcomer(in Entry former, bool isRepeated) =>
            Proof == FlowProof.Proved
                ? !IsSame(former.Owner, Owner)
                    && !(former.Proof == FlowProof.Proved && !IsYounger(ProvedAt, former.ProvedAt))
                : !isRepeated;

        /// <summary>What is left when the owner is gone: the newcomer's flow, or nothing.</summary>
        public readonly Entry Succeeded() =>
            NewcomerUntil == default
                ? default
                : this with
                {
                    Owner = Newcomer,
                    ExpiresAt = NewcomerUntil,
                    Proof = FlowProof.Asked,
                    Newcomer = default,
                    NewcomerUntil = default,
                };

        public void GuessNewcomer(FlowOwner guessed, Instant now)
        {
            if (!IsGuess && NewcomerUntil <= now && !IsSame(Owner, guessed))
            {
                (Newcomer, NewcomerUntil) = (guessed, now + GuessLifetime);
            }
        }

        public bool TrySpend(int bytes, int bytesPerSecond, Instant now) =>
            _spending.TryTake(bytes, bytesPerSecond, now);
    }
}
