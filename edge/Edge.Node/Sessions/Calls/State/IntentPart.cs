namespace Edge.Node.Sessions.Calls.State;

/// <summary>What a section is wanted for, as it was read: to publish or to pull.</summary>
/// <param name="Mid">The section.</param>
/// <param name="Publish">What is published; null for a pull.</param>
/// <param name="Pull">What is pulled; null for what is published.</param>
internal sealed record IntentPart(string Mid, SectionIntent.Publish? Publish, PullPart? Pull);
