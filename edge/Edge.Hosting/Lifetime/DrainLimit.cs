using Microsoft.Extensions.Logging;

namespace Edge.Hosting.Lifetime;

/// <summary>Ends a process whose drain does not end: whatever hangs, it is gone within a second of its deadline.</summary>
/// <remarks>A thread of its own, for what hangs may hold all others.</remarks>
public sealed partial class DrainLimit : IDisposable
{
    /// <summary>How long after the deadline. Chosen: a second, less what a loaded machine takes to end a process.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(800);

    private readonly DrainState _drain;
    private readonly ILogger _log;
    private readonly Action<int> _exit;
    private readonly object _gate = new(); // For Monitor.Wait: what waits by tasks needs other threads.
    private readonly Thread _thread;
    private bool _hasChanged;
    private bool _isOver;

    private DrainLimit(DrainState drain, ILogger log, Action<int> exit)
    {
        _drain = drain;
        _log = log;
        _exit = exit;
        _thread = new Thread(Watch) { IsBackground = true, Name = "drain limit" };
    }

    /// <summary>Begins to watch; it sleeps until a drain begins.</summary>
    public static DrainLimit Start(DrainState drain, ILoggerFactory loggers) =>
        Start(drain, loggers.CreateLogger<DrainLimit>(), Environment.Exit);

    /// <summary>The same with another way to end; for tests.</summary>
    internal static DrainLimit Start(DrainState drain, ILogger log, Action<int> exit)
    {
        var limit = new DrainLimit(drain, log, exit);
        drain.Watch(limit.Wake);
        limit._thread.Start();
        return limit;
    }

    /// <summary>The process has ended by itself.</summary>
    public void Dispose()
    {
        _drain.Watch(watcher: null);
        lock (_gate)
        {
            _isOver = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    /// <summary>Looks again: a drain has begun, or its deadline is earlier now.</summary>
    private void Wake()
    {
        lock (_gate)
        {
            _hasChanged = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Watch()
    {
        if (HasEndedByItself())
        {
            return;
        }

        LogForced(_log);
        _exit(ExitCode.Forced);
    }

    private bool HasEndedByItself()
    {
        while (true)
        {
            // Before the gate: a drain that begins holds its own lock when it comes there.
            var left = _drain.IsDraining ? _drain.Left : Timeout.InfiniteTimeSpan;
            lock (_gate)
            {
                if (_isOver)
                {
                    return true;
                }

                if (_hasChanged)
                {
                    _hasChanged = false;
                }
                else if (left != TimeSpan.Zero)
                {
                    Monitor.Wait(_gate, left);
                }
                else if (!Monitor.Wait(_gate, Grace))
                {
                    return false;
                }
            }
        }
    }

    [LoggerMessage(
        8010,
        LogLevel.Error,
        "The drain is past its deadline and something hangs: the process ends as it is."
    )]
    private static partial void LogForced(ILogger log);
}
