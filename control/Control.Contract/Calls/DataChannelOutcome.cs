namespace Control.Contract.Calls;

/// <summary>What became of one data channel of a request.</summary>
/// <param name="Request">What was asked; its names are echoed to the client.</param>
/// <param name="Id">The stream id at this client; null when it failed.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
public sealed record DataChannelOutcome(DataChannelRequest Request, int? Id, CallsError? Error);
