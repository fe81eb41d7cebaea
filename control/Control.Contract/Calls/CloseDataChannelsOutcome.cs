using System.Collections.Immutable;

namespace Control.Contract.Calls;

/// <summary>What became of the channels that were to end, in the request's order.</summary>
/// <param name="Channels">The items.</param>
public sealed record CloseDataChannelsOutcome(ImmutableArray<ClosedDataChannel> Channels);
