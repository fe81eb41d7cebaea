using System.Collections.Concurrent;
using Edge.Primitives;

namespace Edge.Node.Sessions;

/// <summary>The addresses of other servers that sessions of this node speak with: one session each.</summary>
/// <remarks>
/// All media leaves from one port, so that two sessions towards one address of another server would be
/// one flow to both ends, and nobody could tell whose a DTLS or SRTP datagram is. The first session that
/// has validated an address keeps it; a later one does not get it. Bounded: as many as such sessions
/// have flows. Threads: any.
/// </remarks>
internal sealed class ServerAddresses
{
    private readonly ConcurrentDictionary<NetworkAddress, Session> _owners = new();

    /// <summary>Whether a session other than that of an id has the address.</summary>
    public bool IsTakenFrom(string sessionId, in NetworkAddress address) =>
        _owners.TryGetValue(address, out var owner)
        && !string.Equals(owner.Id, sessionId, StringComparison.Ordinal);

    /// <summary>Takes an address for a session; false when another one has it. A session that goes on over
    /// another transport keeps what it had.</summary>
    public bool TryClaim(Session session, in NetworkAddress address)
    {
        var owner = _owners.GetOrAdd(address, session);
        return ReferenceEquals(owner, session)
            || (
                string.Equals(owner.Id, session.Id, StringComparison.Ordinal)
                && _owners.TryUpdate(address, session, owner)
            );
    }

    /// <summary>Gives an address back, if the session has it.</summary>
    public void Release(Session session, in NetworkAddress address) =>
        _owners.TryRemove(new KeyValuePair<NetworkAddress, Session>(address, session));
}
