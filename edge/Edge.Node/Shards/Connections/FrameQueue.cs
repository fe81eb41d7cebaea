using Edge.Native.Sockets;
using Edge.Primitives;

namespace Edge.Node.Shards.Connections;

/// <summary>Frames that wait for room in a connection, each in a slot of the shard's pool whose session
/// wrote it.</summary>
/// <remarks>
/// Bounded: media goes no further than <see cref="MediaFramesMax"/> and no later than
/// <see cref="MediaAgeMax"/> behind what waits first; the places beyond are for checks, handshakes and
/// reports. Owner: a claim on each slot, given back as the kernel takes it. Threads: the shard's.
/// </remarks>
internal sealed class FrameQueue
{
    /// <summary>Most frames that wait. Chosen: those of media, and as many of the rest as SCTP and reports send
    /// meanwhile.</summary>
    public const int FramesMax = 256;

    /// <summary>Most frames before media is dropped. Chosen: 150 ms of 12 Mbit/s in packets of 1200 bytes.</summary>
    public const int MediaFramesMax = 192;

    /// <summary>How long a frame may have waited before media behind it is dropped. Chosen: with the time on the way
    /// it is still worth showing (protocols.md §6: 100 to 200 ms).</summary>
    public static readonly TimeSpan MediaAgeMax = TimeSpan.FromMilliseconds(150);

    private readonly PacketPool[] _pools;
    private Entry[] _entries = [];
    private int _head;
    private int _sentOfHead;

    /// <summary>Makes an empty queue.</summary>
    public FrameQueue(PacketPool[] pools) => _pools = pools;

    /// <summary>How many frames wait, one that is partly sent among them.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a frame of media would come too late, or find no place.</summary>
    [HotPath]
    public bool IsTooLong(Instant now) =>
        Count >= MediaFramesMax || (Count > 0 && now - _entries[_head].At > MediaAgeMax);

    /// <summary>Adds a frame; its claim is the queue's from now on. False when there is no place.</summary>
    [HotPath]
    public bool TryAdd(PacketHandle handle, int length, Instant now)
    {
        if (Count == FramesMax)
        {
            return false;
        }

        if (_entries.Length == 0)
        {
            // 8 KB, which strangers cost nobody.
            _entries = new Entry[FramesMax];
        }

        _entries[(_head + Count) & (FramesMax - 1)] = new Entry(handle, length, now);
        Count++;
        return true;
    }

    /// <summary>Puts what waits into a batch, as much as it takes.</summary>
    [HotPath]
    public void Fill(GatherBatch batch)
    {
        var skip = _sentOfHead;
        for (var index = 0; index < Count && !batch.IsFull; index++)
        {
            ref readonly var entry = ref _entries[(_head + index) & (FramesMax - 1)];
            batch.Add(_pools[entry.Handle.Pool].Slot(entry.Handle)[skip..entry.Length]);
            skip = 0;
        }
    }

    /// <summary>Copies the bytes that wait: the rest of the first frame, then whole ones.</summary>
    public byte[] ToArray()
    {
        var bytes = new List<byte>();
        var skip = _sentOfHead;
        for (var index = 0; index < Count; index++)
        {
            ref readonly var entry = ref _entries[(_head + index) & (FramesMax - 1)];
            bytes.AddRange(_pools[entry.Handle.Pool].Slot(entry.Handle)[skip..entry.Length]);
            skip = 0;
        }

        return [.. bytes];
    }

    /// <summary>Lets go of bytes that were sent; returns how many frames are gone.</summary>
    [HotPath]
    public int Remove(int bytes)
    {
        var frames = 0;
        _sentOfHead += bytes;
        while (Count > 0 && _sentOfHead >= _entries[_head].Length)
        {
            _sentOfHead -= _entries[_head].Length;
            RemoveHead();
            frames++;
        }

        return frames;
    }

    /// <summary>Lets go of everything.</summary>
    public void Clear()
    {
        while (Count > 0)
        {
            RemoveHead();
        }

        _sentOfHead = 0;
    }

    private void RemoveHead()
    {
        var handle = _entries[_head].Handle;
        _pools[handle.Pool].Release(handle);
        _head = (_head + 1) & (FramesMax - 1);
        Count--;
    }

    private readonly record struct Entry(PacketHandle Handle, int Length, Instant At);
}
