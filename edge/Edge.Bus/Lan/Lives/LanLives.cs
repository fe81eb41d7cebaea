using System.Collections.Immutable;
using System.Diagnostics;
using Edge.Bus.Lan.Links;
using Microsoft.Extensions.Logging;

namespace Edge.Bus.Lan.Lives;

/// <summary>Which peers live. Threads: any; one of its own looks at the time.</summary>
/// <remarks>Connections say when they begin and end, and note when they hear something; the thread looks at that. It holds no
/// lock of its own while it tells, and takes none of the roster's.</remarks>
internal sealed class LanLives(LanBusOptions options, ILogger logger)
{
    /// <summary>How often it looks within the time after which a peer is suspected. Chosen: late by a tenth at most.</summary>
    private const int Looks = 10;

    // A Monitor, because the thread waits on it.
    private readonly object _gate = new();
    private readonly Dictionary<string, PeerLife> _peers = new(StringComparer.Ordinal);
    private readonly Queue<LanPeerChange> _changes = new();
    private readonly Lock _telling = new();
    private readonly TimeSpan _lookEvery = options.SuspectAfter / Looks;
    private readonly AwakeClock _clock = new(options.SuspectAfter / Looks * 2, Now);
    private ImmutableArray<LanLifeWatch> _watches = [];
    private bool _isStopped;
    private long _silent;
    private long _closed;

    /// <summary>How often peers were suspected because they were silent, and because their connections were closed.</summary>
    internal LanSuspicions Suspicions =>
        new(Interlocked.Read(ref _silent), Interlocked.Read(ref _closed));

    private static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>Looks until stopped.</summary>
    internal void Run()
    {
        while (TryWaitAndLook())
        {
            Tell();
        }
    }

    /// <summary>Tells nothing more, and ends the thread.</summary>
    internal void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            _changes.Clear();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A connection begins.</summary>
    internal void HandleConnected(LanConnection connection)
    {
        lock (_gate)
        {
            if (_peers.TryGetValue(connection.Peer, out var peer))
            {
                peer.Connection = connection;
                peer.HeardAt = connection.HeardAt;
                var signEvery = TimeSpan.FromMilliseconds(connection.SignMs);
                Note(
                    peer,
                    peer.Pulse.HandleConnected(connection.Life, signEvery, _clock.Read(Now))
                );
            }
        }
    }

    /// <summary>A connection has ended.</summary>
    internal void HandleEnded(LanConnection connection)
    {
        lock (_gate)
        {
            if (_peers.TryGetValue(connection.Peer, out var peer) && peer.Connection == connection)
            {
                peer.Connection = null;
                peer.HeardAt = connection.HeardAt;
                Note(peer, peer.Pulse.HandleEnded(connection.End));
            }
        }
    }

    /// <summary>A process is a peer from now on.</summary>
    internal void Add(string name)
    {
        lock (_gate)
        {
            _peers.Add(name, new(name, new(options.SuspectAfter, options.SilenceMax)));
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>It is none any more.</summary>
    internal void Remove(string name)
    {
        lock (_gate)
        {
            if (_peers.Remove(name, out var peer))
            {
                Enqueue(new(name, LanPeerState.Gone, LanPeerCause.Removed, 0, peer.Pulse.Life));
            }
        }
    }

    /// <summary>What is known of a peer.</summary>
    internal (LanPeerState State, long HeardAt, long Life) Find(string name)
    {
        lock (_gate)
        {
            return _peers.TryGetValue(name, out var peer)
                ? (peer.Pulse.State, peer.Connection?.HeardAt ?? peer.HeardAt, peer.Pulse.Life)
                : default;
        }
    }

    /// <summary>Adds somebody who wants to know of changes.</summary>
    internal LanLifeWatch Watch(Action<LanPeerChange> handler)
    {
        var watch = new LanLifeWatch(handler, Unwatch);
        lock (_telling)
        {
            _watches = _watches.Add(watch);
        }

        return watch;
    }

    /// <summary>Tells what has changed. Whoever has said something to this calls it, without any lock.</summary>
    internal void Tell()
    {
        lock (_telling)
        {
            while (TryTake(out var change))
            {
                LanLog.LifeChanged(logger, change.Name, change.State, change.Cause);
                foreach (var watch in _watches)
                {
                    try
                    {
                        watch.Handle(change);
                    }
                    catch (Exception error) // A watcher's fault is not the peers'.
                    {
                        LanLog.WatchFault(logger, error);
                    }
                }
            }
        }
    }

    private bool TryWaitAndLook()
    {
        lock (_gate)
        {
            if (!_isStopped)
            {
                Monitor.Wait(_gate, _peers.Count == 0 ? Timeout.InfiniteTimeSpan : _lookEvery);
                Look();
            }

            return !_isStopped;
        }
    }

    private void Look()
    {
        var now = _clock.Read(Now);
        foreach (var peer in _peers.Values)
        {
            if (peer.Connection is { } connection)
            {
                Look(peer, connection, now);
            }

            Note(peer, peer.Pulse.HandleTimeout(now));
        }
    }

    private void Look(PeerLife peer, LanConnection connection, TimeSpan now)
    {
        var heardAt = connection.HeardAt;
        if (heardAt != peer.HeardAt)
        {
            // It was heard since the last look, so not before.
            var ago = Stopwatch.GetElapsedTime(heardAt);
            peer.HeardAt = heardAt;
            Note(peer, peer.Pulse.HandleHeard(now - (ago < _lookEvery ? ago : _lookEvery)));
        }
        else if (peer.Pulse.IsDue(now) && connection.HasUnread)
        {
            peer.Pulse.HandleUnread(now);
        }
    }

    private void Note(PeerLife peer, bool hasChanged)
    {
        if (hasChanged)
        {
            var pulse = peer.Pulse;
            Enqueue(new(peer.Name, pulse.State, pulse.Cause, 0, pulse.Life));
        }
    }

    private void Enqueue(LanPeerChange change)
    {
        if (_isStopped)
        {
            return;
        }

        if (change.State == LanPeerState.Suspected)
        {
            Interlocked.Increment(
                ref change.Cause == LanPeerCause.Silent ? ref _silent : ref _closed
            );
        }

        _changes.Enqueue(change with { At = Stopwatch.GetTimestamp() });
    }

    private bool TryTake(out LanPeerChange change)
    {
        lock (_gate)
        {
            return _changes.TryDequeue(out change);
        }
    }

    private void Unwatch(LanLifeWatch watch)
    {
        lock (_telling)
        {
            _watches = _watches.Remove(watch);
        }
    }
}
