using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>What one <c>recvmmsg</c> fills: buffers lent by the caller, and beside each the source address,
/// the length and the time that came with it.</summary>
/// <remarks>
/// Owner: the buffers stay the caller's; they must be pinned memory (a <see cref="PacketPool"/>'s slot)
/// and stay lent until replaced. The kernel's arrays are pinned and made once. Threads: one owner.
/// </remarks>
public sealed unsafe class ReceiveBatch
{
    /// <summary>Chosen: beyond 64 a batch saves nothing measurable a packet, and 64 slots bound the time
    /// until timers are looked at.</summary>
    public const int CapacityDefault = 64;

    /// <summary>Room for all that a socket may be asked to tell.</summary>
    private const int ControlBytes = PacketInfo.BytesMax + ArrivalStamp.BytesMax;

    private readonly MessageHeader[] _headers;
    private readonly IoVector[] _vectors;
    private readonly byte[] _names;
    private readonly byte[] _controls;
    private int _prepared;
    private int _received;

    /// <summary>Makes a batch without buffers.</summary>
    public ReceiveBatch(int capacity = CapacityDefault)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Capacity = capacity;
        _headers = GC.AllocateArray<MessageHeader>(capacity, pinned: true);
        _vectors = GC.AllocateArray<IoVector>(capacity, pinned: true);
        _names = GC.AllocateArray<byte>(capacity * SocketAddress.BytesMax, pinned: true);
        _controls = GC.AllocateArray<byte>(capacity * ControlBytes, pinned: true);
        for (var index = 0; index < capacity; index++)
        {
            ref var header = ref _headers[index];
            header.Name = Address(ref _names[index * SocketAddress.BytesMax]);
            header.Vectors = (IoVector*)Unsafe.AsPointer(ref _vectors[index]);
            header.VectorCount = 1;
            header.Control = Address(ref _controls[index * ControlBytes]);
        }

        Headers = (MessageHeader*)Unsafe.AsPointer(ref _headers[0]);
    }

    /// <summary>How many buffers the batch can hold.</summary>
    public int Capacity { get; }

    /// <summary>How many of them are lent, from index 0 without a gap.</summary>
    public int PreparedCount => _prepared;

    internal MessageHeader* Headers { get; }

    /// <summary>Lends a buffer of pinned memory at an index, replacing the one there.</summary>
    [HotPath]
    public void Lend(int index, Span<byte> pinned)
    {
        ref var vector = ref _vectors[index];
        vector.Base = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(pinned));
        vector.Length = (nuint)pinned.Length;
        _prepared = Math.Max(_prepared, index + 1);
    }

    /// <summary>Says how many buffers from index 0 the next reception may fill.</summary>
    [HotPath]
    public void Limit(int count) => _prepared = Math.Min(_prepared, count);

    /// <summary>Bytes of a received datagram; 0 when it was longer than its buffer.</summary>
    [HotPath]
    public int Length(int index)
    {
        ref var header = ref _headers[Check(index)];
        return (header.Flags & LibC.MessageTruncated) != 0 ? 0 : unchecked((int)header.Length);
    }

    /// <summary>Where a received datagram came from.</summary>
    [HotPath]
    public NetworkAddress Source(int index) =>
        SocketAddress.Read(
            _names.AsSpan(Check(index) * SocketAddress.BytesMax, SocketAddress.BytesMax)
        );

    /// <summary>The address at which it arrived, if the socket reports that; else unset.</summary>
    [HotPath]
    public NetworkAddress LocalAddress(int index, ushort port) =>
        PacketInfo.Read(Control(index), port);

    /// <summary>When the kernel received it, as wall time since 1970 UTC, if the socket reports that; else
    /// zero.</summary>
    [HotPath]
    public TimeSpan ArrivedAt(int index) => ArrivalStamp.Read(Control(index));

    /// <summary>Restores what the kernel overwrote last time.</summary>
    internal void Prepare()
    {
        // Only entries of the last reception were written to.
        for (var index = 0; index < Math.Max(_received, _prepared); index++)
        {
            ref var header = ref _headers[index];
            header.NameLength = SocketAddress.BytesMax;
            header.ControlLength = ControlBytes;
            header.Flags = 0;
        }
    }

    internal void Complete(int count) => _received = count;

    private ReadOnlySpan<byte> Control(int index)
    {
        ref var header = ref _headers[Check(index)];
        var length = (int)Math.Min(header.ControlLength, ControlBytes);
        return _controls.AsSpan(index * ControlBytes, length);
    }

    private static byte* Address(ref byte pinned) => (byte*)Unsafe.AsPointer(ref pinned);

    private int Check(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _received);
        return index;
    }
}
