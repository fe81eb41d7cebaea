namespace Control.Contract.Calls;

/// <summary>The data-channel transport of a session.</summary>
/// <param name="Description">Our offer, or the answer to the client's; null when the transport is there
/// already.</param>
/// <param name="EventsId">The stream id of "server-events".</param>
public sealed record EstablishOutcome(SessionSdp? Description, int EventsId);
