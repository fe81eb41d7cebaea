using Edge.Primitives;

namespace Edge.Node.HandOver.Connections;

/// <summary>Connections that another process has given, or that come back, until the letter of their session is read.</summary>
/// <remarks>
/// Bounded: <see cref="CountMax"/> and <see cref="BytesMax"/>, beyond which none is taken, and <see cref="KeepFor"/>, after
/// which one is closed: the session, if it comes still, waits for its client to dial again. Threads: any.
/// </remarks>
internal sealed class ArrivedConnections : IDisposable
{
    /// <summary>Most of them. Chosen: sixteen letters of which each session has two.</summary>
    public const int CountMax = 1024;

    /// <summary>Most bytes that they have brought, all together. Chosen: usually a connection brings none.</summary>
    public const int BytesMax = 64 * 1024 * 1024;

    /// <summary>How long one is kept. Chosen: longer than a letter may take to be taken.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(15);

    private readonly Dictionary<UInt128, (MovingConnection Connection, Instant Until)> _arrived =
    [];
    private readonly Lock _lock = new();
    private long _bytes;
    private bool _isOver;

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _arrived.Count;
            }
        }
    }

    /// <summary>Keeps a connection; false when there is no room, or one of its name: then it stays the caller's.</summary>
    public bool TryAdd(MovingConnection connection, Instant now)
    {
        lock (_lock)
        {
            if (
                _isOver
                || _arrived.Count == CountMax
                || _bytes + connection.Bytes > BytesMax
                || !_arrived.TryAdd(connection.Token, (connection, now + KeepFor))
            )
            {
                return false;
            }

            _bytes += connection.Bytes;
            return true;
        }
    }

    /// <summary>Takes a connection, which is the caller's then; null when it has not come.</summary>
    public MovingConnection? Take(UInt128 token)
    {
        lock (_lock)
        {
            if (!_arrived.Remove(token, out var found))
            {
                return null;
            }

            _bytes -= found.Connection.Bytes;
            return found.Connection;
        }
    }

    /// <summary>Closes those for which no session came.</summary>
    public void KeepHouse(Instant now)
    {
        lock (_lock)
        {
            foreach (var (token, (connection, until)) in _arrived)
            {
                if (now >= until)
                {
                    _ = _arrived.Remove(token);
                    _bytes -= connection.Bytes;
                    connection.Dispose();
                }
            }
        }
    }

    /// <summary>Closes all, and takes no more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            foreach (var (connection, _) in _arrived.Values)
            {
                connection.Dispose();
            }

            _arrived.Clear();
            _bytes = 0;
        }
    }
}
