using System.Net;

namespace Edge.Bus.Lan.Links;

/// <summary>One peer: where it is, its connection if there is one, and the thread that makes connections where that
/// is this side's part.</summary>
internal sealed class PeerLink(LanPeer peer, LanHub hub)
{
    /// <summary>Shortest wait after a try that failed. Chosen: a process that just starts is found at once.</summary>
    private static readonly TimeSpan BackoffMin = TimeSpan.FromMilliseconds(20);

    /// <summary>Longest wait, before a jitter of up to a half. Chosen: a node that comes back is found in
    /// 0.6 s; a few SYN a second are nothing on a LAN.</summary>
    private static readonly TimeSpan BackoffMax = TimeSpan.FromMilliseconds(400);

    /// <summary>How long a connection must last to count as a good one. Chosen: the longest wait.</summary>
    private static readonly TimeSpan GoodFrom = TimeSpan.FromSeconds(1);

    // A Monitor, because the thread waits on it.
    private readonly object _gate = new();
    private volatile IPEndPoint _address = peer.Address;
    private volatile bool _isStopped;
    private bool _isWoken;
    private int _keyIndex;

    /// <summary>The peer's name.</summary>
    internal string Name { get; } = peer.Name;

    /// <summary>Where it listens.</summary>
    internal IPEndPoint Address => _address;

    /// <summary>Whether this side connects: the one whose name is smaller.</summary>
    internal bool IsDialler { get; } = string.CompareOrdinal(hub.Options.Name, peer.Name) < 0;

    /// <summary>The connection; it may have ended. The roster's, under its lock, as are the following.</summary>
    internal LanConnection? Current { get; set; }

    /// <summary>Whether there was ever one.</summary>
    internal bool HadConnection { get; set; }

    /// <summary>Why the last one ended or could not be made.</summary>
    internal LanEnd LastEnd { get; set; }

    /// <summary>Messages lost by those before.</summary>
    internal long DroppedBefore { get; set; }

    /// <summary>The peer listens elsewhere now.</summary>
    internal void Move(IPEndPoint address)
    {
        _address = address;
        Wake();
    }

    /// <summary>It is no peer any more.</summary>
    internal void Stop()
    {
        _isStopped = true;
        Wake();
    }

    /// <summary>Says to the other side, whose part it is to connect, that this one is there.</summary>
    internal void Knock()
    {
        if (!_isStopped && !LanKnock.TryKnock(hub, Name, _address))
        {
            hub.Roster.NoteFailure(this, LanEnd.Unreachable);
        }
    }

    /// <summary>Makes connections and reads from them until stopped.</summary>
    internal void Run()
    {
        var backoff = BackoffMin;
        var lastFailure = LanEnd.None;
        while (!_isStopped)
        {
            var beganAt = Environment.TickCount64;
            var key = hub.Options.Keys[_keyIndex % hub.Options.Keys.Length];
            var failure = new LanDialler(hub, Name, key, () => _isStopped).Dial(
                _address,
                out var connection
            );
            if (connection is null)
            {
                HandleFailure(failure, isNews: failure != lastFailure);
                lastFailure = failure;
            }
            else
            {
                lastFailure = LanEnd.None;
                hub.Roster.Run(this, connection);
            }

            var isGood =
                connection is not null
                && Environment.TickCount64 - beganAt > GoodFrom.TotalMilliseconds;
            backoff = isGood ? BackoffMin : backoff;
            Wait(backoff * (0.5 + Random.Shared.NextDouble()));
            backoff = backoff * 2 < BackoffMax ? backoff * 2 : BackoffMax;
        }
    }

    /// <summary>Has it try at once, should it wait.</summary>
    internal void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Wait(TimeSpan within)
    {
        lock (_gate)
        {
            if (!_isWoken)
            {
                Monitor.Wait(_gate, within);
            }

            _isWoken = false;
        }
    }

    private void HandleFailure(LanEnd failure, bool isNews)
    {
        if (_isStopped)
        {
            return;
        }

        hub.Roster.NoteFailure(this, failure);
        if (isNews)
        {
            LanLog.Unconnected(hub.Logger, Name, failure);
        }

        // It answered, or was about to: the other key may be the right one.
        if (failure is not (LanEnd.Unreachable or LanEnd.VersionMismatch))
        {
            _keyIndex++;
        }
    }
}
