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

    /// <summary>Most datagrams of one message: what a sender of this machine can give the kernel at once since Linux 6.9; from
    /// elsewhere it merges half as many.</summary>
    public const int SegmentsMax = 128;

    /// <summary>Room for all that a socket may be asked to tell.</summary>
    private const int ControlBytes =
        PacketInfo.BytesMax + ArrivalStamp.BytesMax + SegmentSize.BytesMax;

    /// <summary>Room for what is behind a buffer, of a message that is as long as any.</summary>
    private const int RestBytes = ushort.MaxValue + 1;

    private readonly MessageHeader[] _headers;
    private readonly IoVector[] _vectors;
    private readonly byte[] _names;
    private readonly byte[] _controls;
    private readonly byte[] _rests;
    private readonly int _vectorsEach;
    private int _prepared;
    private int _received;

    /// <summary>Makes a batch without buffers.</summary>
    /// <param name="capacity">How many messages it takes.</param>
    /// <param name="takesMerged">Whether for sockets that merge datagrams (<see cref="UdpSocketOptions.MergesArrivals"/>): what
    /// of a message does not fit into its buffer is kept here then. 64 KB each, of which pages are used that were ever
    /// needed.</param>
    public ReceiveBatch(int capacity = CapacityDefault, bool takesMerged = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Capacity = capacity;
        _headers = GC.AllocateArray<MessageHeader>(capacity, pinned: true);
        _vectorsEach = takesMerged ? 2 : 1;
        _vectors = GC.AllocateArray<IoVector>(capacity * _vectorsEach, pinned: true);
        _rests = takesMerged
            ? GC.AllocateUninitializedArray<byte>(capacity * RestBytes, pinned: true)
            : [];
        _names = GC.AllocateArray<byte>(capacity * SocketAddress.BytesMax, pinned: true);
        _controls = GC.AllocateArray<byte>(capacity * ControlBytes, pinned: true);
        for (var index = 0; index < capacity; index++)
        {
            ref var header = ref _headers[index];
            header.Name = Address(ref _names[index * SocketAddress.BytesMax]);
            header.Vectors = (IoVector*)Unsafe.AsPointer(ref _vectors[index * _vectorsEach]);
            header.VectorCount = (nuint)_vectorsEach;
            if (takesMerged)
            {
                ref var rest = ref _vectors[(index * _vectorsEach) + 1];
                rest.Base = Address(ref _rests[index * RestBytes]);
                rest.Length = RestBytes;
            }

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
        ref var vector = ref _vectors[index * _vectorsEach];
        vector.Base = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(pinned));
        vector.Length = (nuint)pinned.Length;
        _prepared = Math.Max(_prepared, index + 1);
    }

    /// <summary>Says how many buffers from index 0 the next reception may fill.</summary>
    [HotPath]
    public void Limit(int count) => _prepared = Math.Min(_prepared, count);

    /// <summary>Bytes of a received datagram, or of the first of a message; 0 when it was longer than its buffer.</summary>
    [HotPath]
    public int Length(int index) => SegmentLength(index, 0);

    /// <summary>How many datagrams a received message is.</summary>
    [HotPath]
    public int Segments(int index)
    {
        var each = SegmentBytes(index);
        var segments = each == 0 ? 1 : (MessageBytes(index) + each - 1) / each;
        return Math.Clamp(segments, 1, SegmentsMax);
    }

    /// <summary>Bytes of one of a message's datagrams; 0 when it was longer than the first one's buffer.</summary>
    [HotPath]
    public int SegmentLength(int index, int segment)
    {
        var bytes = MessageBytes(index);
        var each = SegmentBytes(index);
        var length = each == 0 ? bytes : Math.Min(each, bytes - (segment * each));
        return length <= (int)BufferOf(index).Length ? length : 0;
    }

    /// <summary>Copies one of a message's datagrams out of it; the first is where it was received.</summary>
    /// <param name="index">The message.</param>
    /// <param name="segment">Which of its datagrams.</param>
    /// <param name="destination">At least as long.</param>
    [HotPath]
    public void CopySegment(int index, int segment, Span<byte> destination)
    {
        var start = segment * SegmentBytes(index);
        var length = SegmentLength(index, segment);
        ref var buffer = ref BufferOf(index);
        var inBuffer = Math.Clamp((int)buffer.Length - start, 0, length);
        if (inBuffer > 0)
        {
            new ReadOnlySpan<byte>(buffer.Base + start, inBuffer).CopyTo(destination);
        }

        var from = start + inBuffer - (int)buffer.Length;
        _rests
            .AsSpan(index * RestBytes, RestBytes)
            .Slice(Math.Max(from, 0), length - inBuffer)
            .CopyTo(destination[inBuffer..]);
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

    private int MessageBytes(int index)
    {
        ref var header = ref _headers[Check(index)];
        return (header.Flags & LibC.MessageTruncated) != 0 ? 0 : unchecked((int)header.Length);
    }

    private int SegmentBytes(int index) =>
        _rests.Length == 0 ? 0 : SegmentSize.Read(Control(index));

    private ref IoVector BufferOf(int index) => ref _vectors[index * _vectorsEach];

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
