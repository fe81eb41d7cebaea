using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Control.Server.Http;

/// <summary>Shares the connections there may be among the remotes: one more is taken of a remote only
/// while it holds fewer than are still free.</summary>
/// <remarks>So one remote gets at most half, and however many hold all they can get, the next one finds
/// room. Opening connections needs no credentials; without shares one address could hold them all, and
/// nobody else could publish or play. Source: dynamic thresholds of shared buffers (Choudhury, Hahne
/// 1998), with a factor of one. Threads: any.</remarks>
internal sealed class ConnectionShares(int connectionsMax)
{
    private readonly Dictionary<ulong, int> _held = [];
    private readonly Lock _lock = new();
    private int _total;

    /// <summary>Puts the shares before everything else of a listener, TLS included.</summary>
    public void Guard(ListenOptions listen) =>
        listen.Use(next => connection => RunAsync(next, connection));

    /// <summary>Counts a connection of a remote; false when its share is used up.</summary>
    public bool TryTake(ulong remote)
    {
        lock (_lock)
        {
            var own = _held.GetValueOrDefault(remote);
            if (own >= connectionsMax - _total)
            {
                return false;
            }

            _held[remote] = own + 1;
            _total++;
            return true;
        }
    }

    /// <summary>Counts the end of a connection that was taken.</summary>
    public void Give(ulong remote)
    {
        lock (_lock)
        {
            _total--;
            var left = _held[remote] - 1;
            if (left > 0)
            {
                _held[remote] = left;
            }
            else
            {
                _held.Remove(remote);
            }
        }
    }

    private async Task RunAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        var remote = RemoteKey.From(address);
        if (!TryTake(remote))
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Give(remote);
        }
    }
}
