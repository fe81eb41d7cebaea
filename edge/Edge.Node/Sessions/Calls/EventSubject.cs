namespace Edge.Node.Sessions.Calls;

/// <summary>What an event is about: who may read it depends on all of it.</summary>
/// <param name="AppId">The app.</param>
/// <param name="SessionId">The session.</param>
/// <param name="Group">The session's group, if any.</param>
internal readonly record struct EventSubject(string AppId, string SessionId, string? Group = null)
{
    /// <summary>Whether it is about what the session is sent: for the app and the session itself, not for
    /// those who follow the group. Each of them would hear of each other's every picture.</summary>
    public bool IsPrivate { get; init; }
}
