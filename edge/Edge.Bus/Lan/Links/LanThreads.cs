namespace Edge.Bus.Lan.Links;

/// <summary>The threads of a bus, so that its end can be waited for. Threads: any.</summary>
internal sealed class LanThreads
{
    /// <summary>Stack of each. Chosen: they call little, and there are two a peer.</summary>
    private const int StackBytes = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private int _count;
    private bool _isEnding;

    /// <summary>Starts one.</summary>
    /// <param name="name">What it is called in a debugger.</param>
    /// <param name="run">What it does. Must not throw.</param>
    internal Thread Start(string name, Action run)
    {
        lock (_gate)
        {
            _count++;
        }

        var thread = new Thread(
            () =>
            {
                run();
                End();
            },
            StackBytes
        )
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
        return thread;
    }

    /// <summary>Waits until all have ended. None but these start others from now on.</summary>
    internal Task EndAsync()
    {
        lock (_gate)
        {
            _isEnding = true;
            if (_count == 0)
            {
                _ended.TrySetResult();
            }
        }

        return _ended.Task;
    }

    private void End()
    {
        lock (_gate)
        {
            _count--;
            if (_isEnding && _count == 0)
            {
                _ended.TrySetResult();
            }
        }
    }
}
