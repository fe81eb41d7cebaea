namespace Control.Contract.Calls;

/// <summary>Asks for a page of an app's sessions.</summary>
/// <param name="AppId">The app.</param>
/// <param name="Group">Only sessions of this group; null for all.</param>
/// <param name="After">The id after which to begin; null for the first.</param>
/// <param name="CountMax">Most sessions to return.</param>
public sealed record ListSessionsRequest(string AppId, string? Group, string? After, int CountMax);
