using Edge.Primitives;

namespace Edge.Mesh.Messages;

/// <summary>Who takes the messages of a channel, and which of them somebody has not acknowledged yet.</summary>
/// <remarks>Sans-IO. Acknowledgements are cumulative. Bounded: <see cref="WatchersMax"/>; what is on its way is
/// bounded by who sends, who stops when it is too much. Threads: one owner.</remarks>
public sealed class AckBook
{
    /// <summary>Most nodes that take the messages of one channel: as many as watch one track.</summary>
    public const int WatchersMax = Demand.OriginBook.WatchersMax;

    private readonly List<Watcher> _watchers = [];
    private Instant _probeAt = Instant.Never;

    /// <summary>Makes one that nobody takes.</summary>
    /// <param name="last">The number of the last message, of a channel that comes from another node.</param>
    public AckBook(ulong last = 0) => Last = Settled = last;

    /// <summary>The number of the last message; the first is 1.</summary>
    public ulong Last { get; private set; }

    /// <summary>All messages up to this one were acknowledged by everybody.</summary>
    public ulong Settled { get; private set; }

    /// <summary>Whether somebody has not acknowledged everything.</summary>
    public bool HasOutstanding => Settled < Last;

    /// <summary>Whether nobody takes messages.</summary>
    public bool IsEmpty => _watchers.Count == 0;

    /// <summary>Whether a node takes messages.</summary>
    public bool Has(NodeAddress node) => IndexOf(node) >= 0;

    /// <summary>Whether a node of a PoP takes messages.</summary>
    public bool HasAnyOf(ushort pop) => _watchers.Exists(watcher => watcher.Node.Pop == pop);

    /// <summary>Whether a node of another PoP takes messages.</summary>
    public bool HasAnyBeyond(ushort pop) => _watchers.Exists(watcher => watcher.Node.Pop != pop);

    /// <summary>A node takes the messages from the next one on. One that does already goes on. False when there
    /// is no room.</summary>
    public bool TryJoin(NodeAddress node, Instant now)
    {
        if (IndexOf(node) >= 0)
        {
            return true;
        }

        if (_watchers.Count >= WatchersMax)
        {
            return false;
        }

        _watchers.Add(
            new Watcher
            {
                Node = node,
                Acked = Last,
                ProgressAt = now,
            }
        );
        return true;
    }

    /// <summary>A node takes no messages any more; false when it took none.</summary>
    public bool TryLeave(NodeAddress node)
    {
        var index = IndexOf(node);
        if (index < 0)
        {
            return false;
        }

        _watchers.RemoveAt(index);
        Settle();
        return true;
    }

    /// <summary>Numbers a message that is sent.</summary>
    public ulong Send(Instant now)
    {
        if (!HasOutstanding)
        {
            _probeAt = now + MeshTimes.MessageProbe;
        }

        foreach (var watcher in _watchers)
        {
            if (watcher.Acked == Last)
            {
                watcher.ProgressAt = now;
            }
        }

        Last++;
        Settle();
        return Last;
    }

    /// <summary>A node has taken all messages up to one.</summary>
    public void HandleAck(NodeAddress node, ulong number, Instant now)
    {
        var index = IndexOf(node);
        if (index < 0 || number > Last || number <= _watchers[index].Acked)
        {
            return;
        }

        _watchers[index].Acked = number;
        _watchers[index].ProgressAt = now;
        _probeAt = now + MeshTimes.MessageProbe;
        Settle();
    }

    /// <summary>Whether it is time to say which message was the last; then it counts as said.</summary>
    public bool TakesProbe(Instant now)
    {
        if (!HasOutstanding || _probeAt > now)
        {
            return false;
        }

        _probeAt = now + MeshTimes.MessageProbe;
        return true;
    }

    /// <summary>Takes out a node that has acknowledged nothing for too long; false when there is none.</summary>
    public bool TryTakeStalled(Instant now, out NodeAddress node)
    {
        var stalled = _watchers.Find(watcher =>
            watcher.Acked < Last && now - watcher.ProgressAt >= MeshTimes.MessageAckMax
        );
        node = stalled?.Node ?? default;
        return stalled is not null && TryLeave(node);
    }

    private int IndexOf(NodeAddress node) => _watchers.FindIndex(watcher => watcher.Node == node);

    private void Settle()
    {
        Settled = Last;
        foreach (var watcher in _watchers)
        {
            Settled = Math.Min(Settled, watcher.Acked);
        }
    }

    private sealed class Watcher
    {
        public required NodeAddress Node { get; init; }

        public required ulong Acked { get; set; }

        /// <summary>When it last acknowledged something new, or was sent something when nothing was
        /// outstanding.</summary>
        public required Instant ProgressAt { get; set; }
    }
}
