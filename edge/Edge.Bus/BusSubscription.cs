namespace Edge.Bus;

/// <summary>Who wants the messages of a pattern. Disposed, it hears no more.</summary>
/// <param name="pattern">The pattern.</param>
/// <param name="handler">Who takes the messages.</param>
/// <param name="remove">Takes it off the bus; called once.</param>
/// <param name="isDirect">Whether the handler is called where a message is read.</param>
internal sealed class BusSubscription(
    string pattern,
    BusHandler handler,
    Action<BusSubscription> remove,
    bool isDirect = false
) : IDisposable
{
    /// <summary>The one whose handler this thread calls, if it is a direct one.</summary>
    [ThreadStatic]
    private static BusSubscription? _called;

    private int _isDisposed;
    private int _calls;

    /// <summary>The pattern.</summary>
    public string Pattern { get; } = pattern;

    /// <summary>Whether it matches other subjects than one.</summary>
    public bool HasWildcard { get; } = !BusSubject.IsSubject(pattern);

    /// <summary>Whether the handler is called where a message is read, by several threads at once.</summary>
    public bool IsDirect { get; } = isDirect;

    /// <summary>Whether it wants nothing any more.</summary>
    public bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    /// <summary>Whether this thread is within a handler that is called directly.</summary>
    public static bool IsCalling => _called is not null;

    /// <summary>Gives it a message.</summary>
    public void Handle(BusMessage message) => handler(message);

    /// <summary>Gives it a message where it is read, unless it wants nothing any more.</summary>
    /// <returns>Whether it took it.</returns>
    public bool TryHandleDirectly(BusMessage message)
    {
        var outer = _called;
        // Before the look at whether it is disposed: either it is seen here, or the call is seen there.
        Interlocked.Increment(ref _calls);
        try
        {
            if (IsDisposed)
            {
                return false;
            }

            _called = this;
            handler(message);
            return true;
        }
        finally
        {
            _called = outer;
            Interlocked.Decrement(ref _calls);
        }
    }

    /// <summary>Waits until no direct call runs, but for this thread's own.</summary>
    public void WaitForDirectCalls()
    {
        var wait = new SpinWait();
        while (_called != this && Volatile.Read(ref _calls) > 0)
        {
            wait.SpinOnce();
        }
    }

    /// <summary>Ends it, and waits for a running handler, unless it is what calls this.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            remove(this);
        }
    }
}
