using System.Collections.Immutable;

namespace Control.Contract.Calls;

/// <summary>What became of the channels that were to end, in the request's order.</summary>
/// <param name="Channels">Each id, and why it failed, if it did.</param>
public sealed record CloseDataChannelsOutcome(ImmutableArray<(int Id, CallsError? Error)> Channels);
