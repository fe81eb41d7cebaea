using System.Runtime.CompilerServices;
using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>Datagrams written straight into pinned slots, to leave with one <c>sendmmsg</c>.</summary>
/// <remarks>
/// Use: write into <see cref="NextSlot"/>, then <see cref="Commit"/>; when <see cref="IsFull"/> and at the
/// end of a turn, <see cref="UdpSocket.Send"/>. Threads: one owner. The kernel's arrays are made once.
/// </remarks>
public sealed unsafe class SendBatch
{
    /// <summary>Chosen: sendmmsg of 64 is where batching stops paying on Linux 6: larger ones measured the same.</summary>
    public const int CapacityDefault = 64;

    private readonly MessageHeader[] _headers;
    private readonly IoVector[] _vectors;
    private readonly byte[] _names;
    private readonly byte[] _controls;
    private readonly byte[] _slots;
    private readonly NetworkAddress[] _destinations;
    private readonly NetworkAddress[] _locals;

    /// <summary>Makes an empty batch.</summary>
    public SendBatch(int capacity = CapacityDefault)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Capacity = capacity;
        _headers = GC.AllocateArray<MessageHeader>(capacity, pinned: true);
        _vectors = GC.AllocateArray<IoVector>(capacity, pinned: true);
        _names = GC.AllocateArray<byte>(capacity * SocketAddress.BytesMax, pinned: true);
        _controls = GC.AllocateArray<byte>(capacity * PacketInfo.BytesMax, pinned: true);
        _slots = GC.AllocateArray<byte>(capacity * PacketPool.SlotBytes, pinned: true);
        _destinations = new NetworkAddress[capacity];
        _locals = new NetworkAddress[capacity];
        for (var index = 0; index < capacity; index++)
        {
            _vectors[index].Base = (byte*)
                Unsafe.AsPointer(ref _slots[index * PacketPool.SlotBytes]);
            ref var header = ref _headers[index];
            header.Name = (byte*)Unsafe.AsPointer(ref _names[index * SocketAddress.BytesMax]);
            header.Vectors = (IoVector*)Unsafe.AsPointer(ref _vectors[index]);
            header.VectorCount = 1;
        }

        Headers = (MessageHeader*)Unsafe.AsPointer(ref _headers[0]);
    }

    /// <summary>How many datagrams fit.</summary>
    public int Capacity { get; }

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Whether nothing fits before the batch is sent.</summary>
    public bool IsFull => Count == Capacity;

    /// <summary>Datagrams that the last <see cref="UdpSocket.Send"/> could not hand to the kernel.</summary>
    public int RefusedCount { get; private set; }

    internal MessageHeader* Headers { get; }

    /// <summary>Where the next datagram is to be written; the batch must not be full.</summary>
    [HotPath]
    public Span<byte> NextSlot() =>
        _slots.AsSpan(Count * PacketPool.SlotBytes, PacketPool.SlotBytes);

    /// <summary>Takes what was written into <see cref="NextSlot"/>.</summary>
    /// <param name="length">Its bytes.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="local">The address it has to leave from, on a wildcard socket; unset: the kernel's choice.</param>
    [HotPath]
    public void Commit(int length, in NetworkAddress destination, in NetworkAddress local)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, PacketPool.SlotBytes);
        _vectors[Count].Length = (nuint)length;
        _destinations[Count] = destination;
        _locals[Count] = local;
        Count++;
    }

    /// <summary>Completes the kernel's headers; returns how many there are.</summary>
    internal int Seal(int family, bool usesLocal)
    {
        for (var index = 0; index < Count; index++)
        {
            ref var header = ref _headers[index];
            header.NameLength = unchecked(
                (uint)
                    SocketAddress.Write(
                        _names.AsSpan(index * SocketAddress.BytesMax, SocketAddress.BytesMax),
                        family,
                        _destinations[index]
                    )
            );
            header.Control = null;
            header.ControlLength = 0;
            if (usesLocal && !_locals[index].IsEmpty)
            {
                var control = _controls.AsSpan(index * PacketInfo.BytesMax, PacketInfo.BytesMax);
                header.ControlLength = (nuint)PacketInfo.Write(control, family, _locals[index]);
                header.Control = (byte*)Unsafe.AsPointer(ref control[0]);
            }
        }

        return Count;
    }

    internal void Empty(int refused)
    {
        RefusedCount = refused;
        Count = 0;
    }
}
