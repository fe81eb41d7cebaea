using System.Net.Sockets;
using Edge.Native.Sockets;

namespace Anycast.Daemon.Processes;

/// <summary>Waits for the end of processes, and tells of it in the moment that the kernel does.</summary>
/// <remarks>A link that a process closes is no death: it is watched on. Threads: any; what is told comes on a thread of this.</remarks>
internal sealed class ProcessWatch : IDisposable
{
    private readonly Action<ProcessEnd> _tell;
    private readonly EventFd _wake;
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private readonly List<(PidFd Process, Socket Link)> _watched = [];
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

    /// <summary>Watches a process; false when there are too many. Either way both are this one's: the link stays open while the
    /// process lives, so that it knows that it is watched.</summary>
    public bool TryAdd(PidFd process, Socket link)
    {
        lock (_lock)
        {
            var known = _watched.FindIndex(each =>
                each.Process.Process == process.Process && !each.Process.HasEnded
            );
            if (known >= 0)
            {
                process.Dispose();
                _watched[known].Link.Dispose();
                _watched[known] = (_watched[known].Process, link);
                return true;
            }

            if (_watched.Count == PidFd.WaitedMax)
            {
                process.Dispose();
                link.Dispose();
                return false;
            }

            _watched.Add((process, link));
        }

        _wake.Signal();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopped = true;
        _wake.Signal();
        _thread.Join();
        foreach (var (process, link) in _watched)
        {
            process.Dispose();
            link.Dispose();
        }

        _wake.Dispose();
    }

    private void Run()
    {
        while (!_isStopped)
        {
            // Only this thread takes any out of the list, so none that is waited for is disposed meanwhile.
            PidFd.Wait(Snapshot(), _wake);
            _wake.Clear();
            while (!_isStopped && TryTakeEnded(out var end))
            {
                _tell(end);
            }
        }
    }

    private PidFd[] Snapshot()
    {
        lock (_lock)
        {
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

            var (process, link) = _watched[index];
            _watched.RemoveAt(index);
            end = new ProcessEnd(process.Process, _watched.Count);
            process.Dispose();
            link.Dispose();
            return true;
        }
    }
}
