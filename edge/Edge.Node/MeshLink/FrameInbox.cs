using System.Buffers;
using System.Collections.Concurrent;

namespace Edge.Node.MeshLink;

/// <summary>Frames of other nodes for one shard, in the order in which they came.</summary>
/// <remarks>Bounded: beyond <see cref="BytesMax"/> a frame is refused, which the shard sees as a gap. Threads:
/// any may add, the shard takes.</remarks>
internal sealed class FrameInbox
{
    /// <summary>Chosen: half a second of 250 Mbit/s, after which media is worthless.</summary>
    public const int BytesMax = 16 * 1024 * 1024;

    private readonly ConcurrentQueue<InboundFrame> _frames = new();
    private long _bytes;

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _frames.IsEmpty;

    /// <summary>Adds a copy of a frame; false when there is no room.</summary>
    public bool TryAdd(RemoteTrack track, ReadOnlySpan<byte> bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes.Length) > BytesMax)
        {
            Interlocked.Add(ref _bytes, -bytes.Length);
            return false;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(buffer);
        _frames.Enqueue(new InboundFrame(track, buffer, bytes.Length));
        return true;
    }

    /// <summary>Takes the oldest frame; false when there is none.</summary>
    public bool TryTake(out InboundFrame frame)
    {
        if (!_frames.TryDequeue(out frame))
        {
            return false;
        }

        Interlocked.Add(ref _bytes, -frame.Length);
        return true;
    }

    /// <summary>Gives a frame's bytes back.</summary>
    public static void Return(in InboundFrame frame) => ArrayPool<byte>.Shared.Return(frame.Buffer);
}
