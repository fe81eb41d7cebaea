using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.Steering;

/// <summary>The validated addresses of all sessions of the node, whichever shard receives them.</summary>
/// <remarks>A shard looks here for what it does not know itself: a flow that the kernel, or a router, gives to another
/// shard than before. Bounded: 16 addresses a session. Threads: any; looking takes no lock.</remarks>
internal sealed class NodeFlows
{
    private readonly ConcurrentDictionary<NetworkAddress, Session> _sessions = new();

    /// <summary>All of them at about this moment.</summary>
    public IEnumerable<KeyValuePair<NetworkAddress, Session>> All => _sessions;

    /// <summary>Notes whose an address is; true when it was not that session's.</summary>
    /// <param name="client">The address.</param>
    /// <param name="session">The session that validated it.</param>
    /// <param name="former">Whose it was; null when it was nobody's.</param>
    public bool Set(in NetworkAddress client, Session session, out Session? former)
    {
        if (_sessions.TryGetValue(client, out former) && ReferenceEquals(former, session))
        {
            return false;
        }

        _sessions[client] = session;
        return true;
    }

    /// <summary>Forgets an address, unless another session has taken it over; false then.</summary>
    public bool Remove(in NetworkAddress client, Session session) =>
        _sessions.TryRemove(new KeyValuePair<NetworkAddress, Session>(client, session));

    /// <summary>Finds whose an address is.</summary>
    [HotPath]
    public bool TryFind(in NetworkAddress client, [NotNullWhen(true)] out Session? session) =>
        _sessions.TryGetValue(client, out session) && session.State != SessionState.Closed;
}
