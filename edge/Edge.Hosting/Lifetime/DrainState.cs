namespace Edge.Hosting.Lifetime;

/// <summary>Whether this process still takes new sessions, and until when it goes on without. Threads: any.</summary>
/// <param name="deadline">How long a drain lasts at most when nobody says anything else.</param>
/// <param name="time">The clock.</param>
public sealed class DrainState(TimeSpan deadline, TimeProvider time)
{
    /// <summary>Longest deadline of a drain. Chosen: an hour, after which whoever waits has forgotten what for.</summary>
    public const int SecondsMax = 3600;

    private static readonly TimeSpan DeadlineDefault = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _began = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly Lock _lock = new();
    private TimeSpan _within;
    private long _since;
    private Action? _watcher;

    /// <summary>One with the default deadline and the machine's clock.</summary>
    public DrainState()
        : this(DeadlineDefault, TimeProvider.System) { }

    /// <summary>Whether a drain began. It does not end but with the process.</summary>
    public bool IsDraining => _began.Task.IsCompleted;

    /// <summary>Completes when a drain begins.</summary>
    public Task Began => _began.Task;

    /// <summary>How long the drain may still last, from nothing up; before one began, how long it would.</summary>
    /// <remarks>Changes: it gets less with time, and by another <see cref="Begin"/>; never more.</remarks>
    public TimeSpan Left
    {
        get
        {
            lock (_lock)
            {
                return IsDraining ? LeftNow() : deadline;
            }
        }
    }

    /// <summary>Begins the drain: new sessions are refused, old ones go on. When one has begun it may make its deadline
    /// earlier, not later.</summary>
    /// <param name="within">How long it may last from now; null: as the process was told.</param>
    public void Begin(TimeSpan? within = null)
    {
        var asked = within ?? deadline;
        lock (_lock)
        {
            if (IsDraining && asked >= LeftNow())
            {
                return;
            }

            _within = asked;
            _since = time.GetTimestamp();
            _began.TrySetResult();
            _watcher?.Invoke();
        }
    }

    /// <summary>Has somebody called back when a drain begins or its deadline becomes earlier, on the thread that does it: no
    /// other is needed. One is called at most.</summary>
    internal void Watch(Action? watcher)
    {
        lock (_lock)
        {
            _watcher = watcher;
        }
    }

    private TimeSpan LeftNow()
    {
        var left = _within - time.GetElapsedTime(_since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
