using System.Diagnostics.CodeAnalysis;

namespace Edge.Primitives;

/// <summary>A pinned slab of equal packet slots with counted claims.</summary>
/// <remarks>
/// Owner: one thread rents; any thread may <see cref="AddReference"/> a slot it holds a claim on and
/// <see cref="Release"/> it. A slot released by another thread comes back through a lock-free stack.
/// Slots that were used before go first, the last released one foremost: the pool touches no more memory
/// than was ever claimed at once, and what it touches is in the caches.
/// Bounded: when no slot is free, <see cref="TryRent"/> says so and the caller drops the packet and
/// counts it.
/// </remarks>
public sealed class PacketPool
{
    /// <summary>Bytes of a slot. Chosen: an Ethernet frame's 1500 bytes plus the 16-byte GCM tag and
    /// room for rewritten header extensions, rounded up to whole cache lines.</summary>
    public const int SlotBytes = 1664;

    private const int NoSlot = -1;

    // Of a slot that was never claimed, and of PacketHandle.None.
    private const uint NoGeneration = 0;

    private readonly byte[] _slab;
    private readonly int[] _references;
    private readonly uint[] _generations;
    private readonly int[] _nextFree;
    private readonly byte _index;
    private int _localFree = NoSlot;
    private int _returned = NoSlot;
    private int _usedCount;

    /// <summary>Makes a pool and pins its slab for the life of the process.</summary>
    /// <param name="index">The pool's number in its node, part of each handle.</param>
    /// <param name="slots">How many packets it holds at most.</param>
    public PacketPool(byte index, int slots)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slots);
        _index = index;
        Slots = slots;
        _slab = GC.AllocateArray<byte>(checked(slots * SlotBytes), pinned: true);
        _references = new int[slots];
        _generations = new uint[slots];
        _nextFree = new int[slots];
    }

    /// <summary>How many packets the pool holds at most.</summary>
    public int Slots { get; }

    /// <summary>Claims a free slot with a count of one; false when none is free.</summary>
    [HotPath]
    public bool TryRent(out PacketHandle handle)
    {
        if (_localFree == NoSlot && Volatile.Read(ref _returned) != NoSlot)
        {
            _localFree = Interlocked.Exchange(ref _returned, NoSlot);
        }

        var slot = _localFree;
        if (slot != NoSlot)
        {
            _localFree = _nextFree[slot];
        }
        else if (_usedCount < Slots)
        {
            slot = _usedCount++;
            _generations[slot] = 1;
        }
        else
        {
            handle = PacketHandle.None;
            return false;
        }

        _references[slot] = 1;
        handle = new PacketHandle(_index, slot, _generations[slot]);
        return true;
    }

    /// <summary>The whole slot a handle names; throws when the handle is stale.</summary>
    [HotPath]
    public Span<byte> Slot(PacketHandle handle)
    {
        Check(handle);
        return _slab.AsSpan(handle.Slot * SlotBytes, SlotBytes);
    }

    /// <summary>Adds a claim to a slot the caller already holds one on.</summary>
    [HotPath]
    public void AddReference(PacketHandle handle)
    {
        Check(handle);
        Interlocked.Increment(ref _references[handle.Slot]);
    }

    /// <summary>Gives a claim back; the last one frees the slot.</summary>
    [HotPath]
    public void Release(PacketHandle handle)
    {
        Check(handle);
        if (Interlocked.Decrement(ref _references[handle.Slot]) != 0)
        {
            return;
        }

        var next = unchecked(_generations[handle.Slot] + 1);
        _generations[handle.Slot] = next == 0 ? 1 : next;
        PushReturned(handle.Slot);
    }

    /// <summary>Slots free right now. For tests and statistics: exact only while no one else releases.</summary>
    public int CountFree()
    {
        var count = Slots - _usedCount;
        for (var slot = _localFree; slot != NoSlot; slot = _nextFree[slot])
        {
            count++;
        }

        for (var slot = Volatile.Read(ref _returned); slot != NoSlot; slot = _nextFree[slot])
        {
            count++;
        }

        return count;
    }

    /// <summary>Many push, one takes the whole list at once: no ABA, no lock.</summary>
    private void PushReturned(int slot)
    {
        int head;
        do
        {
            head = Volatile.Read(ref _returned);
            _nextFree[slot] = head;
        } while (Interlocked.CompareExchange(ref _returned, slot, head) != head);
    }

    private void Check(PacketHandle handle)
    {
        if (
            handle.Pool != _index
            || handle.Generation == NoGeneration
            || _generations[handle.Slot] != handle.Generation
        )
        {
            ThrowStale(handle);
        }
    }

    [DoesNotReturn]
    private static void ThrowStale(PacketHandle handle) =>
        throw new InvalidOperationException(
            $"The packet handle {handle} was used after its release."
        );
}
