using System.Runtime.CompilerServices;
using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>Datagrams written one behind the other into pinned memory, to leave with one <c>sendmmsg</c>.</summary>
/// <remarks>
/// Use: write into <see cref="NextSlot"/>, then <see cref="Commit"/>; when <see cref="IsFull"/> and at the
/// end of a turn, <see cref="UdpSocket.Send"/>. Neighbours to one destination are one message of the kernel's,
/// which cuts it (UDP_SEGMENT), where <see cref="GroupsSegments"/> says so. Threads: one owner. The kernel's
/// arrays are made once.
/// </remarks>
public sealed unsafe class SendBatch
{
    /// <summary>Chosen: sendmmsg of 64 is where batching stops paying on Linux 6: larger ones measured the same.</summary>
    public const int CapacityDefault = 64;

    /// <summary>Datagrams of one message: UDP_MAX_SEGMENTS of kernels before 6.9.</summary>
    public const int SegmentsMax = 64;

    /// <summary>Bytes of one message: what an IPv4 packet holds, less its own and UDP's header.</summary>
    private const int MessageBytesMax = ushort.MaxValue - 20 - 8;

    private const int ControlBytes = PacketInfo.BytesMax + SegmentSize.BytesMax;

    private readonly MessageHeader[] _headers;
    private readonly IoVector[] _vectors;
    private readonly byte[] _names;
    private readonly byte[] _controls;
    private readonly byte[] _bytes;
    private readonly OutgoingMessage[] _messages;
    private int _used;

    /// <summary>Makes an empty batch.</summary>
    public SendBatch(int capacity = CapacityDefault)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Capacity = capacity;
        _headers = GC.AllocateArray<MessageHeader>(capacity, pinned: true);
        _vectors = GC.AllocateArray<IoVector>(capacity, pinned: true);
        _names = GC.AllocateArray<byte>(capacity * SocketAddress.BytesMax, pinned: true);
        _controls = GC.AllocateArray<byte>(capacity * ControlBytes, pinned: true);
        _bytes = GC.AllocateArray<byte>(capacity * PacketPool.SlotBytes, pinned: true);
        _messages = new OutgoingMessage[capacity];
        for (var index = 0; index < capacity; index++)
        {
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

    /// <summary>In how many messages they leave.</summary>
    public int MessageCount { get; private set; }

    /// <summary>Whether nothing fits before the batch is sent.</summary>
    public bool IsFull => Count == Capacity;

    /// <summary>Whether neighbours to one destination leave as one message: if they are of one length, and the last may be
    /// shorter (udp(7), UDP_SEGMENT). Only for sockets that <see cref="UdpSocket.CanSegment"/>.</summary>
    public bool GroupsSegments { get; set; }

    /// <summary>Datagrams that the last <see cref="UdpSocket.Send"/> could not hand to the kernel.</summary>
    public int RefusedCount { get; private set; }

    internal MessageHeader* Headers { get; }

    /// <summary>Where the next datagram is to be written; the batch must not be full.</summary>
    [HotPath]
    public Span<byte> NextSlot() => _bytes.AsSpan(_used, PacketPool.SlotBytes);

    /// <summary>Takes what was written into <see cref="NextSlot"/>.</summary>
    /// <param name="length">Its bytes.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="local">The address it has to leave from, on a wildcard socket; unset: the kernel's choice.</param>
    [HotPath]
    public void Commit(int length, in NetworkAddress destination, in NetworkAddress local)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, PacketPool.SlotBytes);
        if (!GroupsSegments || !TryJoin(length, destination, local))
        {
            ref var message = ref _messages[MessageCount++];
            message.Destination = destination;
            message.Local = local;
            message.Start = _used;
            message.Bytes = length;
            message.SegmentBytes = length;
            message.Segments = 1;
        }

        _used += length;
        Count++;
    }

    /// <summary>How many datagrams a message is.</summary>
    internal int Segments(int index) => _messages[index].Segments;

    /// <summary>Completes the kernel's headers; returns how many there are.</summary>
    internal int Seal(int family, bool usesLocal)
    {
        for (var index = 0; index < MessageCount; index++)
        {
            ref readonly var message = ref _messages[index];
            var name = _names.AsSpan(index * SocketAddress.BytesMax, SocketAddress.BytesMax);
            ref var header = ref _headers[index];
            header.NameLength = unchecked(
                (uint)SocketAddress.Write(name, family, message.Destination)
            );
            Point(index, message.Start, message.Bytes);
            var control = _controls.AsSpan(index * ControlBytes, ControlBytes);
            var length = 0;
            if (usesLocal && !message.Local.IsEmpty)
            {
                length = PacketInfo.Write(control, family, message.Local);
            }

            if (message.Segments > 1)
            {
                length += SegmentSize.Write(control[length..], message.SegmentBytes);
            }

            header.Control = length == 0 ? null : (byte*)Unsafe.AsPointer(ref control[0]);
            header.ControlLength = (nuint)length;
        }

        return MessageCount;
    }

    /// <summary>Makes a sealed message one of its datagrams alone, for a kernel that does not cut it.</summary>
    internal void SealSegment(int index, int segment, int family, bool usesLocal)
    {
        ref readonly var message = ref _messages[index];
        var offset = segment * message.SegmentBytes;
        Point(
            index,
            message.Start + offset,
            Math.Min(message.SegmentBytes, message.Bytes - offset)
        );
        ref var header = ref _headers[index];
        var length = usesLocal && !message.Local.IsEmpty ? PacketInfo.BytesOf(family) : 0;
        header.Control =
            length == 0 ? null : (byte*)Unsafe.AsPointer(ref _controls[index * ControlBytes]);
        header.ControlLength = (nuint)length;
    }

    internal void Empty(int refused)
    {
        RefusedCount = refused;
        Count = 0;
        MessageCount = 0;
        _used = 0;
    }

    /// <summary>Puts a datagram behind the last message's, where the kernel can cut between them.</summary>
    private bool TryJoin(int length, in NetworkAddress destination, in NetworkAddress local)
    {
        if (MessageCount == 0)
        {
            return false;
        }

        ref var message = ref _messages[MessageCount - 1];
        if (
            length > message.SegmentBytes
            || length == 0
            || message.Bytes != message.Segments * message.SegmentBytes
            || message.Segments == SegmentsMax
            || message.Bytes + length > MessageBytesMax
            || message.Destination != destination
            || message.Local != local
        )
        {
            return false;
        }

        message.Bytes += length;
        message.Segments++;
        return true;
    }

    private void Point(int index, int start, int length)
    {
        ref var vector = ref _vectors[index];
        vector.Base = (byte*)Unsafe.AsPointer(ref _bytes[start]);
        vector.Length = (nuint)length;
    }

    /// <summary>What one call to the kernel's <c>sendmsg</c> would take.</summary>
    private struct OutgoingMessage
    {
        public NetworkAddress Destination;
        public NetworkAddress Local;
        public int Start;
        public int Bytes;

        /// <summary>Length of its first datagram, and of all but the last.</summary>
        public int SegmentBytes;
        public int Segments;
    }
}
