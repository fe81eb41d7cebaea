namespace Control.Contract.Calls;

/// <summary>Asks for what happens in an app from now on.</summary>
/// <param name="AppId">The app.</param>
/// <param name="SessionId">Only this session; null for all.</param>
/// <param name="Group">Without a session, only those of this group; null for all.</param>
public sealed record EventsRequest(string AppId, string? SessionId, string? Group);
