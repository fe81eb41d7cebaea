using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;

namespace Edge.Node.Sessions;

/// <summary>All sessions of the node, by id and by ICE username fragment.</summary>
/// <remarks>
/// Read by shards for binding requests, a few a minute and session; written when sessions come and go.
/// Threads: any.
/// </remarks>
internal sealed class SessionDirectory
{
    /// <summary>Longest username fragment looked up; ours are shorter (RFC 8839 §5.4 allows 256).</summary>
    private const int FragmentLengthMax = 64;

    private readonly ConcurrentDictionary<string, Session> _byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Session> _byFragment = new(
        StringComparer.Ordinal
    );
    private readonly ConcurrentDictionary<string, Session>.AlternateLookup<
        ReadOnlySpan<char>
    > _fragments;

    /// <summary>Makes an empty directory.</summary>
    public SessionDirectory()
    {
        _fragments = _byFragment.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>How many sessions there are.</summary>
    public int Count => _byId.Count;

    /// <summary>All sessions at about this moment.</summary>
    public IEnumerable<Session> All => _byId.Values;

    /// <summary>Adds a session under its id and its first fragment, which only leads to it at the port that all
    /// share; false when it takes another one's id
    /// over, which is then not removed by that one's end.</summary>
    public bool Add(Session session, string fragment)
    {
        var isNew = _byId.TryAdd(session.Id, session);
        _byId[session.Id] = session;
        AddFragment(session, fragment);
        return isNew;
    }

    /// <summary>Adds a fragment of an ICE restart.</summary>
    public void AddFragment(Session session, string fragment)
    {
        if (session.OwnSocket is null)
        {
            _byFragment[fragment] = session;
        }
    }

    /// <summary>Removes a fragment that is no longer valid.</summary>
    public void RemoveFragment(string fragment) => _byFragment.TryRemove(fragment, out _);

    /// <summary>Removes a session with its fragments; false when it was gone.</summary>
    public bool Remove(Session session, IReadOnlyList<string> fragments)
    {
        foreach (var fragment in fragments)
        {
            // Another session may have taken them over, as it may have taken the id.
            _byFragment.TryRemove(new KeyValuePair<string, Session>(fragment, session));
        }

        return _byId.TryRemove(new KeyValuePair<string, Session>(session.Id, session));
    }

    /// <summary>Finds a session by its id.</summary>
    public bool TryFindById(string id, [NotNullWhen(true)] out Session? session) =>
        _byId.TryGetValue(id, out session);

    /// <summary>Finds a session by a fragment as it stands in a STUN message.</summary>
    [HotPath]
    public bool TryFindByFragment(
        ReadOnlySpan<byte> fragment,
        [NotNullWhen(true)] out Session? session
    )
    {
        session = null;
        if (fragment.Length > FragmentLengthMax)
        {
            return false;
        }

        Span<char> text = stackalloc char[FragmentLengthMax];
        for (var index = 0; index < fragment.Length; index++)
        {
            text[index] = (char)fragment[index];
        }

        return _fragments.TryGetValue(text[..fragment.Length], out session);
    }
}
