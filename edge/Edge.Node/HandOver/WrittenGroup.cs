using System.Security.Cryptography;
using Edge.Node.Sessions;

namespace Edge.Node.HandOver;

/// <summary>Sessions that were written for another node, and those that could not be.</summary>
internal sealed class WrittenGroup
{
    private readonly List<byte[]> _states = [];
    private readonly List<Session> _sessions = [];

    /// <summary>The sessions that were written.</summary>
    public IReadOnlyList<Session> Sessions => _sessions;

    /// <summary>What was written, in the same order. Secret.</summary>
    public IReadOnlyList<byte[]> States => _states;

    /// <summary>Those that go on here, and why.</summary>
    public List<SessionCaptured> Stayed { get; } = [];

    /// <summary>Adds a session.</summary>
    public void Add(Session session, byte[] state)
    {
        _sessions.Add(session);
        _states.Add(state);
    }

    /// <summary>Divides it in two, publishers in the first; one of a single session is not divided.</summary>
    public IEnumerable<WrittenGroup> Halve()
    {
        var order = Enumerable
            .Range(0, _sessions.Count)
            .OrderBy(index => _sessions[index].Role)
            .ToList();
        foreach (var half in order.Chunk(Math.Max(1, (order.Count + 1) / 2)))
        {
            var group = new WrittenGroup();
            foreach (var index in half)
            {
                group.Add(_sessions[index], _states[index]);
            }

            yield return group;
        }
    }

    /// <summary>Clears the keys of what was written.</summary>
    public void Clear()
    {
        foreach (var state in _states)
        {
            CryptographicOperations.ZeroMemory(state);
        }
    }
}
