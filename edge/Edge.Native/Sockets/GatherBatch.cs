using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>Pieces of pinned memory that leave a connection with one system call, one behind the other.</summary>
/// <remarks>Owner: the pieces stay the caller's and must not move until they are sent. Threads: one
/// owner.</remarks>
public sealed unsafe class GatherBatch
{
    /// <summary>Chosen: as many packets as a batch of datagrams has.</summary>
    public const int CapacityDefault = SendBatch.CapacityDefault;

    private readonly IoVector[] _vectors;

    /// <summary>Makes an empty batch.</summary>
    public GatherBatch(int capacity = CapacityDefault)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _vectors = GC.AllocateArray<IoVector>(capacity, pinned: true);
    }

    /// <summary>How many pieces wait.</summary>
    public int Count { get; private set; }

    /// <summary>Whether no piece fits before the batch is sent.</summary>
    public bool IsFull => Count == _vectors.Length;

    /// <summary>Adds a piece of pinned memory; the batch must not be full.</summary>
    [HotPath]
    public void Add(ReadOnlySpan<byte> pinned)
    {
        ref var vector = ref _vectors[Count++];
        vector.Base = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(pinned));
        vector.Length = (nuint)pinned.Length;
    }

    internal MessageHeader Seal() =>
        new()
        {
            Vectors = (IoVector*)Unsafe.AsPointer(ref _vectors[0]),
            VectorCount = (nuint)Count,
        };

    internal void Empty() => Count = 0;
}
