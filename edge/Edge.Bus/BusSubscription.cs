namespace Edge.Bus;

/// <summary>Who wants the messages of a pattern. Disposed, it hears no more.</summary>
/// <param name="pattern">The pattern.</param>
/// <param name="handler">Who takes the messages.</param>
/// <param name="remove">Takes it off the bus; called once.</param>
internal sealed class BusSubscription(
    string pattern,
    BusHandler handler,
    Action<BusSubscription> remove
) : IDisposable
{
    private int _isDisposed;

    /// <summary>The pattern.</summary>
    public string Pattern { get; } = pattern;

    /// <summary>Whether it matches other subjects than one.</summary>
    public bool HasWildcard { get; } = !BusSubject.IsSubject(pattern);

    /// <summary>Whether it wants nothing any more.</summary>
    public bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    /// <summary>Gives it a message.</summary>
    public void Handle(BusMessage message) => handler(message);

    /// <summary>Ends it, and waits for a running handler, unless it is what calls this.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            remove(this);
        }
    }
}
