using System.Buffers;
using Edge.Bus.Lan.Records;

namespace Edge.Bus.Lan.Queues;

/// <summary>Gives out frames to write, so that publishing allocates nothing. Threads: any.</summary>
internal sealed class FramePool
{
    /// <summary>Frames kept. Chosen: what a burst leaves waiting; more are made and forgotten.</summary>
    private const int KeptMax = 4096;

    private readonly Lock _gate = new();
    private readonly Stack<SharedFrame> _free = new();

    /// <summary>A frame for a message, with one claim.</summary>
    internal SharedFrame RentMessage(int lengthBytes, long deadline, bool isUrgent = false) =>
        Rent(lengthBytes, isUrgent ? FrameUse.UrgentMessage : FrameUse.Message, deadline);

    /// <summary>A frame that is no message, with one claim.</summary>
    internal SharedFrame RentControl(FrameKind kind, ReadOnlySpan<byte> body, bool isUrgent = false)
    {
        var frame = RentControl(body.Length, isUrgent ? FrameUse.Urgent : FrameUse.Control);
        FrameFormat.Write(frame.Bytes, kind, body);
        return frame;
    }

    /// <summary>The same, with ASCII text.</summary>
    internal SharedFrame RentControl(FrameKind kind, string body)
    {
        var frame = RentControl(body.Length, FrameUse.Control);
        FrameFormat.Write(frame.Bytes, kind, body.AsSpan());
        return frame;
    }

    /// <summary>Takes back a frame that nobody claims.</summary>
    internal void Return(SharedFrame frame, byte[] buffer)
    {
        ArrayPool<byte>.Shared.Return(buffer);
        lock (_gate)
        {
            if (_free.Count < KeptMax)
            {
                _free.Push(frame);
            }
        }
    }

    private SharedFrame RentControl(int bodyBytes, FrameUse use) =>
        Rent(FrameFormat.Bytes(bodyBytes), use, deadline: long.MaxValue);

    private SharedFrame Rent(int lengthBytes, FrameUse use, long deadline)
    {
        SharedFrame? frame;
        lock (_gate)
        {
            _free.TryPop(out frame);
        }

        frame ??= new(this);
        frame.Start(ArrayPool<byte>.Shared.Rent(lengthBytes), lengthBytes, use, deadline);
        return frame;
    }
}
