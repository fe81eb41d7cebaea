using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Edge.Bus.Lan.Records;

namespace Edge.Bus.Lan.Queues;

/// <summary>Frames on their way to one peer: any thread adds; one at a time takes, and one waits.</summary>
/// <remarks>What is urgent overtakes what is not, and is in order among itself. Bounded in bytes. What is too much is not taken in; what is too old is dropped when it is its turn, or
/// when room is needed. Both are counted.</remarks>
/// <param name="bytesMax">What may wait.</param>
/// <param name="countDropped">Called for each message that is lost here.</param>
internal sealed class FrameQueue(int bytesMax, Action countDropped)
{
    /// <summary>What a waiting frame costs beside its bytes, so that their number is bounded as well.</summary>
    private const int FrameOverheadBytes = 64;

    /// <summary>What may wait in addition of frames that must not be missed. Chosen: every pattern that a
    /// process may subscribe (2^17), each of the longest, which is how a connection begins.</summary>
    private const int ControlBytesMax = 80 << 20;

    /// <summary>What may wait in addition of urgent messages. Chosen: one of the longest. What others have filled is
    /// no reason to lose what is short and seldom.</summary>
    private const int UrgentBytesMax = FrameFormat.BytesMax + FrameOverheadBytes;

    // A Monitor, because the one who takes waits on it.
    private readonly object _gate = new();
    private readonly Queue<SharedFrame> _urgent = new();
    private readonly Queue<SharedFrame> _frames = new();
    private long _bytes;
    private bool _isWaiting;
    private bool _isFinishing;
    private bool _isClosed;

    /// <summary>Whether nothing will come out any more.</summary>
    internal bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _isClosed;
            }
        }
    }

    /// <summary>Whether nothing waits.</summary>
    internal bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return HasNone;
            }
        }
    }

    /// <summary>Adds a message, with a claim of its own; false when there is no room.</summary>
    /// <param name="frame">The message.</param>
    /// <param name="wakes">Whether who waits is woken; whoever says no sees to it that it is taken.</param>
    internal bool TryAdd(SharedFrame frame, bool wakes = true)
    {
        lock (_gate)
        {
            if (!_isClosed && !_isFinishing && HasRoom(frame))
            {
                Add(frame);
                if (wakes)
                {
                    WakeWaiting();
                }

                return true;
            }
        }

        countDropped();
        return false;
    }

    /// <summary>Adds a frame that must not be missed; false when the reader does not keep up at all.</summary>
    internal bool TryAddControl(SharedFrame frame)
    {
        lock (_gate)
        {
            if (_isClosed || _isFinishing)
            {
                return true;
            }

            if (_bytes + Cost(frame) > (long)bytesMax + ControlBytesMax)
            {
                return false;
            }

            Add(frame);
            WakeWaiting();
            return true;
        }
    }

    /// <summary>Waits until there is something to take, or the end. One at a time.</summary>
    internal void Wait(TimeSpan within)
    {
        lock (_gate)
        {
            if (HasNone && !_isClosed && !_isFinishing && within > TimeSpan.Zero)
            {
                _isWaiting = true;
                Monitor.Wait(_gate, within);
                _isWaiting = false;
            }
        }
    }

    /// <summary>Ends a wait: something is left to be taken.</summary>
    internal void Wake()
    {
        lock (_gate)
        {
            WakeWaiting();
        }
    }

    /// <summary>Takes the oldest frames in order, those that are urgent first, the claims with them; none when there are none.</summary>
    /// <param name="taken">Where to put them: emptied first.</param>
    /// <param name="takenBytesMax">Most bytes at a time.</param>
    /// <param name="takesLonger">Whether to take the first frame even if it alone is longer.</param>
    /// <returns>False when the queue is closed.</returns>
    internal bool TryTake(List<SharedFrame> taken, int takenBytesMax, bool takesLonger = true)
    {
        taken.Clear();
        lock (_gate)
        {
            var takenBytes = 0;
            var now = Stopwatch.GetTimestamp();
            while (
                TryPeek(out var frame)
                && ((takesLonger && taken.Count == 0) || takenBytes + frame.Length <= takenBytesMax)
            )
            {
                Remove(frame);
                if (frame.Deadline < now)
                {
                    Drop(frame);
                    continue;
                }

                taken.Add(frame);
                takenBytes += frame.Length;
            }

            _isClosed |= _isFinishing && HasNone && taken.Count == 0;
            return !_isClosed;
        }
    }

    /// <summary>Takes nothing in any more; closes once all is taken.</summary>
    internal void Finish()
    {
        lock (_gate)
        {
            _isFinishing = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Drops what waits, and wakes who takes it.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            while (TryPeek(out var frame))
            {
                Remove(frame);
                Drop(frame);
            }

            Monitor.PulseAll(_gate);
        }
    }

    private bool HasRoom(SharedFrame frame)
    {
        var cost = Cost(frame);
        var bytesMaxOfIt = frame.IsUrgent ? (long)bytesMax + UrgentBytesMax : bytesMax;
        if (_bytes + cost <= bytesMaxOfIt)
        {
            return true;
        }

        // The oldest may have lost their worth: then the newest is worth more.
        var now = Stopwatch.GetTimestamp();
        while (_frames.TryPeek(out var oldest) && oldest.Deadline < now)
        {
            Remove(oldest);
            Drop(oldest);
        }

        return _bytes + cost <= bytesMaxOfIt;
    }

    private void Add(SharedFrame frame)
    {
        frame.Claim();
        (frame.IsUrgent ? _urgent : _frames).Enqueue(frame);
        _bytes += Cost(frame);
    }

    private void WakeWaiting()
    {
        if (_isWaiting)
        {
            _isWaiting = false;
            Monitor.Pulse(_gate);
        }
    }

    private bool HasNone => _frames.Count == 0 && _urgent.Count == 0;

    private bool TryPeek([MaybeNullWhen(false)] out SharedFrame frame) =>
        _urgent.TryPeek(out frame) || _frames.TryPeek(out frame);

    /// <summary>Removes the first of its kind.</summary>
    private void Remove(SharedFrame frame)
    {
        (frame.IsUrgent ? _urgent : _frames).Dequeue();
        _bytes -= Cost(frame);
    }

    private void Drop(SharedFrame frame)
    {
        if (frame.IsMessage)
        {
            countDropped();
        }

        frame.Release();
    }

    private static int Cost(SharedFrame frame) => frame.Length + FrameOverheadBytes;
}
