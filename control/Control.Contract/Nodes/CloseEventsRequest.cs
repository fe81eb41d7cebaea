namespace Control.Contract.Nodes;

/// <summary>Says that events are not wanted any more.</summary>
/// <param name="Inbox">The subject that they come on.</param>
public sealed record CloseEventsRequest(string Inbox);
