namespace Edge.Node.Sessions.Calls.State;

/// <summary>A section in which another session's track is sent, as it was read.</summary>
/// <param name="Mid">The section.</param>
/// <param name="Pull">What it carries, and how.</param>
internal sealed record PulledPart(string Mid, PullPart Pull);
