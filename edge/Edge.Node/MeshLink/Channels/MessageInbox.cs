using System.Buffers;
using System.Collections.Concurrent;
using Edge.Node.Sessions.Channels;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink.Channels;

/// <summary>What came for a channel of another node and was not taken yet, in order.</summary>
/// <remarks>Bounded: beyond <see cref="BytesMax"/>, and what all of a shard may have, it is refused, which is seen
/// as a gap. Threads: any may add, the channel's shard takes.</remarks>
/// <param name="shared">What all channels of the shard may have.</param>
internal sealed class MessageInbox(ByteBudget shared)
{
    /// <summary>Chosen: what a publisher may have on its way, the message it was about to send then, and as much
    /// again for what each message costs beside its bytes. An owner that keeps to its own bound never meets
    /// this one.</summary>
    public const int BytesMax =
        (2 * ChannelLimits.InFlightBytesMax) + (2 * MeshLimits.MessageBytesMax);

    /// <summary>What a message costs beside its bytes. Chosen: its place in the queue and its buffer.</summary>
    private const int PlaceBytes = 128;

    private readonly ConcurrentQueue<Inbound> _queue = new();
    private readonly ByteBudget _own = new(BytesMax);

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _queue.IsEmpty;

    /// <summary>Adds a copy of what came; false when there is no room.</summary>
    public bool TryAdd(ReadOnlySpan<byte> bytes, bool isNotice)
    {
        var cost = bytes.Length + PlaceBytes;
        if (!_own.TryTake(cost))
        {
            return false;
        }

        if (!shared.TryTake(cost))
        {
            _own.Give(cost);
            return false;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(buffer);
        _queue.Enqueue(new Inbound(buffer, bytes.Length, isNotice));
        return true;
    }

    /// <summary>Takes the oldest; false when there is none. Give it back with <see cref="Return"/>.</summary>
    public bool TryTake(out Inbound inbound)
    {
        if (!_queue.TryDequeue(out inbound))
        {
            return false;
        }

        _own.Give(inbound.Length + PlaceBytes);
        shared.Give(inbound.Length + PlaceBytes);
        return true;
    }

    /// <summary>Gives the bytes back.</summary>
    public static void Return(in Inbound inbound) => ArrayPool<byte>.Shared.Return(inbound.Buffer);

    /// <summary>Lets go of everything.</summary>
    public void Clear()
    {
        while (TryTake(out var inbound))
        {
            Return(inbound);
        }
    }

    /// <summary>Something that came.</summary>
    /// <param name="Buffer">Its bytes, rented.</param>
    /// <param name="Length">How many they are.</param>
    /// <param name="IsNotice">Whether the owner says it to this node alone.</param>
    internal readonly record struct Inbound(byte[] Buffer, int Length, bool IsNotice);
}
