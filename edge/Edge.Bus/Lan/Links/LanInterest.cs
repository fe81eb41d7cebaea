using Edge.Bus.Lan.Queues;
using Edge.Bus.Lan.Records;

namespace Edge.Bus.Lan.Links;

/// <summary>Who wants what: tells each peer what this process has subscribed, and knows what each peer has.
/// Threads: any.</summary>
internal sealed class LanInterest(FramePool frames)
{
    /// <summary>Most patterns of one process. Chosen: thirty for each session that a node may have at most; some
    /// 50 MB at each peer at worst. <see cref="FrameQueue"/> has room for all of them.</summary>
    internal const int PatternsMax = 1 << 17;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _own = new(StringComparer.Ordinal);
    private readonly SubjectIndex<LanConnection> _others = new();
    private readonly List<LanConnection> _connections = [];
    private long _searches;

    /// <summary>This process wants a pattern, once more.</summary>
    /// <returns>False when there are too many patterns.</returns>
    internal bool TryAddOwn(string pattern)
    {
        lock (_gate)
        {
            var count = _own.GetValueOrDefault(pattern);
            if (count == 0 && _own.Count == PatternsMax)
            {
                return false;
            }

            _own[pattern] = count + 1;
            if (count == 0)
            {
                Tell(FrameKind.Subscribe, pattern);
            }
        }

        return true;
    }

    /// <summary>It wants it once less.</summary>
    internal void RemoveOwn(string pattern)
    {
        lock (_gate)
        {
            var count = _own.GetValueOrDefault(pattern);
            if (count > 1)
            {
                _own[pattern] = count - 1;
            }
            else if (_own.Remove(pattern))
            {
                Tell(FrameKind.Unsubscribe, pattern);
            }
        }
    }

    /// <summary>A connection begins: it is told everything, and each change from now on.</summary>
    internal void Attach(LanConnection connection)
    {
        lock (_gate)
        {
            foreach (var pattern in _own.Keys)
            {
                TellOne(connection, frames.RentControl(FrameKind.Subscribe, pattern));
            }

            TellOne(connection, frames.RentControl(FrameKind.Ready, ""));
            _connections.Add(connection);
        }
    }

    /// <summary>A connection has ended: its peer wants nothing any more.</summary>
    internal void Detach(LanConnection connection)
    {
        lock (_gate)
        {
            _connections.Remove(connection);
            foreach (var pattern in connection.Patterns)
            {
                _others.Remove(pattern, connection);
            }

            connection.Patterns.Clear();
        }
    }

    /// <summary>A peer wants a pattern.</summary>
    /// <returns>False when it wants too many.</returns>
    internal bool TryAddOther(LanConnection connection, string pattern)
    {
        lock (_gate)
        {
            if (connection.Patterns.Count == PatternsMax)
            {
                return false;
            }

            if (connection.Patterns.Add(pattern))
            {
                _others.Add(pattern, connection);
            }
        }

        return true;
    }

    /// <summary>It does not any more.</summary>
    internal void RemoveOther(LanConnection connection, string pattern)
    {
        lock (_gate)
        {
            if (connection.Patterns.Remove(pattern))
            {
                _others.Remove(pattern, connection);
            }
        }
    }

    /// <summary>The connections of the peers that want a subject, each once.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="found">Where to put them: emptied first.</param>
    internal void Find(string subject, List<LanConnection> found)
    {
        found.Clear();
        lock (_gate)
        {
            _others.Find(subject, found);
            if (found.Count > 1)
            {
                KeepOnce(found);
            }
        }
    }

    /// <summary>A peer may have several patterns that cover a subject.</summary>
    private void KeepOnce(List<LanConnection> found)
    {
        _searches++;
        var kept = 0;
        for (var index = 0; index < found.Count; index++)
        {
            var connection = found[index];
            if (connection.FoundBy != _searches)
            {
                connection.FoundBy = _searches;
                found[kept] = connection;
                kept++;
            }
        }

        found.RemoveRange(kept, found.Count - kept);
    }

    private void Tell(FrameKind kind, string pattern)
    {
        if (_connections.Count == 0)
        {
            return;
        }

        var frame = frames.RentControl(kind, pattern);
        foreach (var connection in _connections)
        {
            frame.Claim();
            TellOne(connection, frame);
        }

        frame.Release();
    }

    /// <summary>Hands a claim over.</summary>
    private static void TellOne(LanConnection connection, SharedFrame frame)
    {
        if (!connection.Queue.TryAddControl(frame))
        {
            connection.Close(LanEnd.Overrun);
        }

        frame.Release();
    }
}
