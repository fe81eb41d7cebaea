using System.Buffers;
using System.Collections.Concurrent;

namespace Edge.Node.Shards;

/// <summary>What other nodes sent for one shard, in the order in which it came.</summary>
/// <remarks>Bounded: beyond <paramref name="bytesMax"/> more is refused, which the shard sees as a gap; each costs
/// <see cref="CostBytes"/> beside its own. Threads: any may add, the shard takes.</remarks>
/// <param name="bytesMax">Most bytes that wait.</param>
internal sealed class RentedInbox<T>(int bytesMax)
{
    /// <summary>What each takes beside its bytes: its place in the queue, and the rest of its buffer.</summary>
    private const int CostBytes = 128;

    private readonly ConcurrentQueue<RentedBytes<T>> _items = new();
    private long _bytes;

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _items.IsEmpty;

    /// <summary>Adds a copy; false when there is no room.</summary>
    public bool TryAdd(T about, ReadOnlySpan<byte> bytes)
    {
        var cost = bytes.Length + CostBytes;
        if (Interlocked.Add(ref _bytes, cost) > bytesMax)
        {
            Interlocked.Add(ref _bytes, -cost);
            return false;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(buffer);
        _items.Enqueue(new RentedBytes<T>(about, buffer, bytes.Length));
        return true;
    }

    /// <summary>Takes the oldest; false when there is none.</summary>
    public bool TryTake(out RentedBytes<T> item)
    {
        if (!_items.TryDequeue(out item))
        {
            return false;
        }

        Interlocked.Add(ref _bytes, -(item.Length + CostBytes));
        return true;
    }

    /// <summary>Gives the bytes of one back.</summary>
    public static void Return(in RentedBytes<T> item) => ArrayPool<byte>.Shared.Return(item.Buffer);

    /// <summary>Gives back the bytes of all that wait.</summary>
    public void Clear()
    {
        while (TryTake(out var item))
        {
            Return(item);
        }
    }
}
