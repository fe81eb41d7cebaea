using Edge.Primitives;

namespace Edge.Node.Takeover.Keeping;

/// <summary>When a session is portrayed, and who waits until others have the portrait.</summary>
/// <remarks>Who asks for one gets one that begins after: what was being written may be of before. Threads: the desk's.</remarks>
internal sealed class PortraitTimes
{
    /// <summary>How often a session is portrayed that nobody changes. Chosen: what its network has become meanwhile is learned anew; what is
    /// changed by a request is portrayed at once.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>How soon again while it cannot be, because a request holds it.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);

    private readonly List<TaskCompletionSource> _asked = [];
    private readonly List<TaskCompletionSource> _begun = [];
    private Instant _nextAt = Instant.Zero;
    private bool _isBegun;

    /// <summary>Whether others were told how it is, and nothing of it has changed since that anybody waits for.</summary>
    public bool IsTold { get; private set; }

    /// <summary>Whether somebody waits until others have what was portrayed last.</summary>
    public bool IsWaitedFor => _begun.Count > 0 && !_isBegun;

    /// <summary>Has it portrayed now. The completion is called when others have that.</summary>
    public void Ask(TaskCompletionSource done)
    {
        _asked.Add(done);
        _nextAt = Instant.Zero;
        IsTold = false;
    }

    /// <summary>Whether it is to be portrayed now; then that has begun.</summary>
    public bool TryBegin(Instant now)
    {
        if (_isBegun || now < _nextAt)
        {
            return false;
        }

        _isBegun = true;
        _nextAt = now + Interval;
        _begun.AddRange(_asked);
        _asked.Clear();
        return true;
    }

    /// <summary>It was portrayed; who waited for it waits on until others have it.</summary>
    public void HandleDone()
    {
        _isBegun = false;
        IsTold = _asked.Count == 0;
    }

    /// <summary>It could not be portrayed: who waited for it waits for the next.</summary>
    public void HandleFailed(Instant now)
    {
        _isBegun = false;
        _nextAt = now + Again;
        _asked.AddRange(_begun);
        _begun.Clear();
    }

    /// <summary>Others have all that was said of it.</summary>
    public void HandleHeld()
    {
        if (IsWaitedFor)
        {
            End(_begun);
        }
    }

    /// <summary>Nobody waits any more: it is not this node's.</summary>
    public void End()
    {
        End(_begun);
        End(_asked);
    }

    private static void End(List<TaskCompletionSource> waiting)
    {
        foreach (var done in waiting)
        {
            _ = done.TrySetResult();
        }

        waiting.Clear();
    }
}
