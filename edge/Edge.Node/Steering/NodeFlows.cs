using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Protocol.Ice;

namespace Edge.Node.Steering;

/// <summary>The validated addresses of all sessions of the node, whichever shard receives them.</summary>
/// <remarks>A shard looks here for what it does not know itself: a flow that the kernel, or a router, gives to another
/// shard than before. Bounded: 16 addresses a session. Threads: any; looking takes no lock.</remarks>
internal sealed class NodeFlows
{
    /// <summary>How long an address where a session was proved to be is its own after a check from there, whatever other
    /// connected sessions' checks say. Chosen: as long as the selected address may miss checks before another one is used
    /// (<see cref="IceOptions.SilenceMax"/>).</summary>
    private static readonly TimeSpan HeldFor = new IceOptions().SilenceMax;

    private readonly ConcurrentDictionary<NetworkAddress, Flow> _flows = new();

    /// <summary>All of them at about this moment.</summary>
    public IEnumerable<(NetworkAddress Client, Session Session)> All
    {
        get
        {
            foreach (var (client, flow) in _flows)
            {
                yield return (client, flow.Session);
            }
        }
    }

    /// <summary>Notes whose an address is; true when it was not that session's.</summary>
    /// <param name="client">The address.</param>
    /// <param name="session">The session that validated it.</param>
    /// <param name="former">Whose it was; null when it was nobody's.</param>
    /// <param name="now">The time.</param>
    public bool Set(in NetworkAddress client, Session session, out Session? former, Instant now)
    {
        former = null;
        if (_flows.TryGetValue(client, out var flow))
        {
            former = flow.Session;
            if (ReferenceEquals(former, session))
            {
                flow.Hold(client, now);
                return false;
            }
        }

        flow = new Flow(session);
        flow.Hold(client, now);
        _flows[client] = flow;
        return true;
    }

    /// <summary>Whether an address is another session's that is sent to there: a check of a connected session from there may have
    /// been recorded and sent again with that one's source address, and would take its packets away.</summary>
    [HotPath]
    public bool IsHeldByOther(in NetworkAddress client, Session session, Instant now) =>
        _flows.TryGetValue(client, out var flow)
        && !ReferenceEquals(flow.Session, session)
        && flow.Session.State == SessionState.Connected
        && now < flow.HeldUntil;

    /// <summary>Forgets an address, unless another session has taken it over; false then.</summary>
    public bool Remove(in NetworkAddress client, Session session) =>
        _flows.TryGetValue(client, out var flow)
        && ReferenceEquals(flow.Session, session)
        && _flows.TryRemove(new KeyValuePair<NetworkAddress, Flow>(client, flow));

    /// <summary>Finds whose an address is.</summary>
    [HotPath]
    public bool TryFind(in NetworkAddress client, [NotNullWhen(true)] out Session? session)
    {
        session = _flows.TryGetValue(client, out var flow) ? flow.Session : null;
        return session is not null && session.State != SessionState.Closed;
    }

    /// <summary>Whose an address is. Threads: its session's shard writes the time, which others read whole.</summary>
    private sealed class Flow(Session session)
    {
        public Session Session { get; } = session;

        public Instant HeldUntil { get; private set; } = Instant.Zero;

        /// <summary>Notes a check. Where the session only says to be, others may say so too.</summary>
        public void Hold(in NetworkAddress client, Instant now)
        {
            if (
                Session.State == SessionState.Connected
                && Session.Peer.Transport.Selected == client
            )
            {
                HeldUntil = now + HeldFor;
            }
        }
    }
}
