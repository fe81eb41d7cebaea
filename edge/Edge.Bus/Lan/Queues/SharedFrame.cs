using System.Diagnostics;

namespace Edge.Bus.Lan.Queues;

/// <summary>The bytes of one frame, shared by every peer it has to be sent to.</summary>
/// <remarks>Owner: whoever holds a claim; the last release gives the bytes back to the pool, on whatever
/// thread. Written once, before it is shared.</remarks>
internal sealed class SharedFrame(FramePool pool)
{
    private byte[] _buffer = [];
    private int _claims;

    /// <summary>The frame.</summary>
    internal Span<byte> Bytes => _buffer.AsSpan(0, Length);

    /// <summary>Length of the frame.</summary>
    internal int Length { get; private set; }

    /// <summary>Whether it may be dropped: it is a message.</summary>
    internal bool IsMessage { get; private set; }

    /// <summary>Whether it overtakes what is not.</summary>
    internal bool IsUrgent { get; private set; }

    /// <summary>The moment of <see cref="Stopwatch"/> after which nobody wants it any more.</summary>
    internal long Deadline { get; private set; }

    /// <summary>Begins a frame, with one claim.</summary>
    internal void Start(byte[] buffer, int length, FrameUse use, long deadline)
    {
        _buffer = buffer;
        Length = length;
        IsMessage = use is FrameUse.Message or FrameUse.UrgentMessage;
        IsUrgent = use is FrameUse.Urgent or FrameUse.UrgentMessage;
        Deadline = deadline;
        _claims = 1;
    }

    /// <summary>One more holder.</summary>
    internal void Claim() => Interlocked.Increment(ref _claims);

    /// <summary>One holder less.</summary>
    internal void Release()
    {
        var left = Interlocked.Decrement(ref _claims);
        Debug.Assert(left >= 0, "A frame is released as often as it is claimed.");
        if (left == 0)
        {
            pool.Return(this, Interlocked.Exchange(ref _buffer, []));
        }
    }
}
