using System.Collections.Immutable;

namespace Edge.Bus.Lan.Links;

/// <summary>The peers and their connections, one each. Threads: any.</summary>
internal sealed class LanRoster(LanHub hub)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PeerLink> _links = new(StringComparer.Ordinal);

    // The connection with each peer that is still being read, were it a peer no more: the next one waits for it.
    private readonly Dictionary<string, LanConnection> _latest = new(StringComparer.Ordinal);
    private readonly Lock _telling = new();
    private ImmutableArray<LanPeerWatch> _watches = [];
    private bool _isEnding;

    /// <summary>How all peers are, by name.</summary>
    internal IReadOnlyList<LanPeerStatus> Statuses()
    {
        lock (_gate)
        {
            return
            [
                .. _links
                    .Values.Select(StatusOf)
                    .OrderBy(status => status.Name, StringComparer.Ordinal),
            ];
        }
    }

    /// <summary>Whether a process is a peer.</summary>
    internal bool IsPeer(string name)
    {
        lock (_gate)
        {
            return _links.ContainsKey(name);
        }
    }

    /// <summary>A peer is there: if it is this side's part to connect, it need not wait. False when it is no peer.</summary>
    internal bool TryWake(string name)
    {
        lock (_gate)
        {
            if (!_links.TryGetValue(name, out var link))
            {
                return false;
            }

            link.Wake();
            return true;
        }
    }

    /// <summary>Replaces the peers.</summary>
    internal void SetPeers(IReadOnlyCollection<LanPeer> peers)
    {
        var wanted = peers
            .Where(peer => !string.Equals(peer.Name, hub.Options.Name, StringComparison.Ordinal))
            .ToDictionary(peer => peer.Name, StringComparer.Ordinal);
        lock (_gate)
        {
            if (_isEnding)
            {
                return;
            }

            foreach (var link in _links.Values.Where(link => !wanted.ContainsKey(link.Name)))
            {
                _links.Remove(link.Name);
                hub.Lives.Remove(link.Name);
                link.Stop();
                link.Current?.Close(LanEnd.Removed);
            }

            foreach (var peer in wanted.Values)
            {
                SetPeer(peer);
            }
        }

        hub.Lives.Tell();
    }

    /// <summary>Takes in a connection that a peer has made.</summary>
    internal void Adopt(LanConnection connection)
    {
        LanConnection? previous = null;
        lock (_gate)
        {
            if (_isEnding || !_links.TryGetValue(connection.Peer, out var link))
            {
                connection.Close(LanEnd.Removed);
            }
            else
            {
                previous = Enter(link, connection);
            }
        }

        hub.Threads.Start($"lan from {connection.Peer}", () => connection.Run(previous));
    }

    /// <summary>Reads from a connection that was made with a peer, until it ends.</summary>
    internal void Run(PeerLink link, LanConnection connection)
    {
        LanConnection? previous = null;
        lock (_gate)
        {
            if (_isEnding || _links.GetValueOrDefault(link.Name) != link)
            {
                connection.Close(LanEnd.Removed);
            }
            else
            {
                previous = Enter(link, connection);
            }
        }

        connection.Run(previous);
    }

    /// <summary>A connection could not be made.</summary>
    internal void NoteFailure(PeerLink link, LanEnd failure)
    {
        lock (_gate)
        {
            link.LastEnd = failure;
        }
    }

    /// <summary>A connection is ready, or one that was has ended. Reading thread.</summary>
    internal void HandleChanged(LanConnection connection, bool isConnected)
    {
        LanPeerStatus? status = null;
        lock (_gate)
        {
            var link = connection.Link!;
            if (!isConnected)
            {
                Leave(link, connection);
            }

            if (connection.IsReady)
            {
                status = StatusOf(link) with { IsConnected = isConnected };
            }
        }

        if (status is not null)
        {
            Tell(status);
        }
    }

    /// <summary>Adds somebody who wants to know of changes.</summary>
    internal LanPeerWatch Watch(Action<LanPeerStatus> handler)
    {
        var watch = new LanPeerWatch(handler, Unwatch);
        lock (_telling)
        {
            _watches = _watches.Add(watch);
        }

        return watch;
    }

    /// <summary>Has all connections send what waits, and then end.</summary>
    internal void Finish()
    {
        lock (_gate)
        {
            _isEnding = true;
            foreach (var link in _links.Values)
            {
                link.Stop();
                if (link.Current is { } connection)
                {
                    hub.Finish(connection);
                }
            }
        }
    }

    /// <summary>Ends all connections.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            foreach (var connection in _latest.Values)
            {
                connection.Close(LanEnd.Stopped);
            }
        }
    }

    private void SetPeer(LanPeer peer)
    {
        if (!_links.TryGetValue(peer.Name, out var link))
        {
            link = new(peer, hub);
            _links.Add(peer.Name, link);
            hub.Lives.Add(peer.Name);
            if (link.IsDialler)
            {
                hub.Threads.Start($"lan from {peer.Name}", link.Run);
            }
            else
            {
                hub.Threads.Start($"lan knock at {peer.Name}", link.Knock);
            }

            return;
        }

        if (link.Address.Equals(peer.Address))
        {
            return;
        }

        // Another process took the name: the old one is not the peer any more. The other side finds that out itself
        // where it is its part to connect.
        link.Move(peer.Address);
        if (link.IsDialler)
        {
            link.Current?.Close(LanEnd.Removed);
        }
        else
        {
            hub.Threads.Start($"lan knock at {peer.Name}", link.Knock);
        }
    }

    private LanConnection? Enter(PeerLink link, LanConnection connection)
    {
        connection.Link = link;
        if (link.HadConnection)
        {
            hub.Counters.CountReconnect();
        }

        link.HadConnection = true;
        link.Current?.Close(LanEnd.Replaced);
        link.Current = connection;
        _latest.TryGetValue(link.Name, out var previous);
        _latest[link.Name] = connection;
        return previous;
    }

    private void Leave(PeerLink link, LanConnection connection)
    {
        link.LastEnd = connection.End;
        link.DroppedBefore += connection.Dropped;
        if (link.Current == connection)
        {
            link.Current = null;
        }

        if (_latest.GetValueOrDefault(link.Name) == connection)
        {
            _latest.Remove(link.Name);
        }
    }

    private void Tell(LanPeerStatus status)
    {
        if (status.IsConnected)
        {
            LanLog.Connected(hub.Logger, status.Name);
        }
        else if (!hub.IsEnded)
        {
            LanLog.Disconnected(hub.Logger, status.Name, status.LastEnd);
        }

        lock (_telling)
        {
            foreach (var watch in _watches)
            {
                try
                {
                    watch.Handle(status);
                }
                catch (Exception error) // A watcher's fault is not the peers'.
                {
                    LanLog.WatchFault(hub.Logger, error);
                }
            }
        }
    }

    private void Unwatch(LanPeerWatch watch)
    {
        lock (_telling)
        {
            _watches = _watches.Remove(watch);
        }
    }

    private LanPeerStatus StatusOf(PeerLink link)
    {
        var current = link.Current;
        var (state, heardAt, life) = hub.Lives.Find(link.Name);
        return new LanPeerStatus(
            link.Name,
            link.Address,
            // Until it has left: then nothing goes to it any more either.
            current is { IsReady: true },
            current?.Rtt ?? TimeSpan.Zero,
            link.LastEnd,
            link.DroppedBefore + (current?.Dropped ?? 0)
        )
        {
            State = state,
            HeardAt = heardAt,
            Life = life,
        };
    }
}
