using Control.Contract.Calls;

namespace Control.Contract.Nodes;

/// <summary>Asks for events, or to have them for longer.</summary>
/// <param name="Events">What to read.</param>
/// <param name="Inbox">The subject that events are to come on; names the reader.</param>
/// <param name="Lease">How long they are wanted. Asked for again before it is over, they go on without
/// a gap.</param>
public sealed record OpenEventsRequest(EventsRequest Events, string Inbox, TimeSpan Lease);
