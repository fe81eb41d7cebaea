using Edge.Native.Sockets;

namespace Anycast.Daemon.Processes;

/// <summary>Waits for the end of processes, and tells of it in the moment that the kernel does.</summary>
/// <remarks>A link that a process closes is no death: it is watched on. Threads: any; what is told comes on a thread of this.</remarks>
internal sealed class ProcessWatch : IDisposable
{
    /// <summary>How long sockets of a process that is no more are held, when no other one asks for the port before. Chosen: routers
    /// have turned away within a second, and clients' last packets are there after two; an edge that cannot ask finds the port
    /// free after this.</summary>
    private const int HeldMsMax = 10_000;

    private readonly Action<ProcessEnd> _tell;
    private readonly EventFd _wake;
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private readonly List<WatchedProcess> _watched = [];
    private readonly List<(HeldSockets Media, long UntilMs)> _held = [];
    private volatile bool _isStopped;

    private ProcessWatch(EventFd wake, Action<ProcessEnd> tell)
    {
        _wake = wake;
        _tell = tell;
        _thread = new Thread(Run) { IsBackground = true, Name = "processes" };
    }

    /// <summary>How many live.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _watched.Count;
            }
        }
    }

    /// <summary>How many sockets of processes that are no more are held.</summary>
    public int HeldCount
    {
        get
        {
            lock (_lock)
            {
                return _held.Sum(each => each.Media.Count);
            }
        }
    }

    /// <summary>Begins to watch, nobody yet; null when there is no descriptor for it.</summary>
    /// <param name="tell">Is told of each end, one after the other.</param>
    public static ProcessWatch? TryStart(Action<ProcessEnd> tell)
    {
        if (EventFd.TryCreate(out var wake) != SystemError.None)
        {
            return null;
        }

        var watch = new ProcessWatch(wake!, tell);
        watch._thread.Start();
        return watch;
    }

    /// <summary>Watches a process; false when there are too many. Either way it is this one's.</summary>
    public bool TryAdd(WatchedProcess watched)
    {
        lock (_lock)
        {
            var known = _watched.FindIndex(each =>
                each.Process.Process == watched.Process.Process && !each.Process.HasEnded
            );
            if (known >= 0)
            {
                // It has come again: what waits for its end goes on.
                var former = _watched[known];
                _watched[known] = watched with { Process = former.Process };
                watched.Process.Dispose();
                former.Link.Dispose();
                former.Media.Dispose();
                return true;
            }

            if (_watched.Count == PidFd.WaitedMax)
            {
                watched.Dispose();
                return false;
            }

            _watched.Add(watched);
        }

        _wake.Signal();
        return true;
    }

    /// <summary>Lets go of the sockets of processes that are no more.</summary>
    public void LetGo()
    {
        lock (_lock)
        {
            // One that has ended may not have been told of yet.
            foreach (var watched in _watched.Where(each => each.Process.HasEnded))
            {
                watched.Media.Dispose();
            }

            _held.ForEach(each => each.Media.Dispose());
            _held.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopped = true;
        _wake.Signal();
        _thread.Join();
        _watched.ForEach(watched => watched.Dispose());
        LetGo();
        _wake.Dispose();
    }

    private void Run()
    {
        while (!_isStopped)
        {
            // Only this thread takes any out of the list, so none that is waited for is disposed meanwhile.
            PidFd.Wait(Look(out var waitMs), _wake, waitMs);
            _wake.Clear();
            while (!_isStopped && TryTakeEnded(out var end))
            {
                _tell(end);
            }
        }
    }

    /// <summary>Lets go of what was held for long enough; says whom to wait for, and how long.</summary>
    private PidFd[] Look(out int waitMs)
    {
        lock (_lock)
        {
            var now = Environment.TickCount64;
            foreach (var (media, _) in _held.Where(each => each.UntilMs <= now))
            {
                media.Dispose();
            }

            _held.RemoveAll(each => each.UntilMs <= now);
            waitMs = _held.Count == 0 ? -1 : (int)(_held.Min(each => each.UntilMs) - now);
            return [.. _watched.Select(each => each.Process)];
        }
    }

    private bool TryTakeEnded(out ProcessEnd end)
    {
        lock (_lock)
        {
            var index = _watched.FindIndex(each => each.Process.HasEnded);
            if (index < 0)
            {
                end = default;
                return false;
            }

            var (process, link, media) = _watched[index];
            _watched.RemoveAt(index);
            end = new ProcessEnd(process.Process, _watched.Count);
            process.Dispose();
            link.Dispose();
            if (media.Count > 0)
            {
                _held.Add((media, Environment.TickCount64 + HeldMsMax));
            }

            return true;
        }
    }
}
