namespace Edge.Bus;

/// <summary>Who wants to know of the connection. Its members but Dispose are the dispatcher's, under its lock.</summary>
/// <param name="handler">Told of each change.</param>
/// <param name="remove">Takes it off the dispatcher; called once.</param>
internal sealed class BusConnectionWatch(Action<bool> handler, Action<BusConnectionWatch> remove)
    : IDisposable
{
    // Chosen: far more than a connection changes while a handler runs. Beyond it a pair of changes, which
    // undo each other, is left out.
    private const int WaitingMax = 16;

    private bool _last;
    private int _waiting;
    private int _isDisposed;

    /// <summary>Whether it wants nothing any more.</summary>
    public bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    /// <summary>Notes a change that it has to be told.</summary>
    public void Note(bool isConnected)
    {
        _last = isConnected;
        _waiting += _waiting < WaitingMax ? 1 : -1;
    }

    /// <summary>Takes the oldest change out, if there is one. Changes alternate, so their number and the
    /// last are enough.</summary>
    public bool TryTake(out bool isConnected)
    {
        isConnected = _waiting % 2 == 0 ? !_last : _last;
        if (_waiting == 0)
        {
            return false;
        }

        _waiting--;
        return true;
    }

    /// <summary>Tells it.</summary>
    public void Handle(bool isConnected) => handler(isConnected);

    /// <summary>Ends it, and waits for a running handler, unless it is what calls this.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            remove(this);
        }
    }
}
