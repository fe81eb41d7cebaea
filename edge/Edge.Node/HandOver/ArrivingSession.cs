using Edge.Node.HandOver.State;
using Edge.Node.Sessions;

namespace Edge.Node.HandOver;

/// <summary>A session that comes from another node, before anybody knows of it.</summary>
internal sealed class ArrivingSession(Session session, SessionLetter letter)
{
    /// <summary>The session.</summary>
    public Session Session => session;

    /// <summary>What was written of it.</summary>
    public SessionLetter Letter => letter;

    /// <summary>Whether it has to end at once: somebody took its place while it was on its way.</summary>
    public bool IsReplaced { get; set; }
}
