using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Edge.Node.Sessions.Calls;

/// <summary>All sessions of the session and track API on this node.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class CallsDirectory
{
    private readonly ConcurrentDictionary<string, CallsSession> _byId = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _byId.Count;

    /// <summary>All of them at about this moment.</summary>
    public IEnumerable<CallsSession> All => _byId.Values;

    /// <summary>Adds a session.</summary>
    public void Add(CallsSession session) => _byId[session.Id] = session;

    /// <summary>Removes a session; false when it was gone, or another one has its id, which came back from another node.</summary>
    public bool Remove(CallsSession session) =>
        _byId.TryRemove(new KeyValuePair<string, CallsSession>(session.Id, session));

    /// <summary>Whether there is a session, of whatever app.</summary>
    public bool Has(string sessionId) => _byId.ContainsKey(sessionId);

    /// <summary>Finds a session of an app. One of another app is not found, whatever its id.</summary>
    public bool TryFind(
        string appId,
        string sessionId,
        [NotNullWhen(true)] out CallsSession? session
    ) =>
        _byId.TryGetValue(sessionId, out session)
        && string.Equals(session.AppId, appId, StringComparison.Ordinal);
}
