using System.Collections.Immutable;

namespace Control.Contract.Calls;

/// <summary>What became of a request for data channels, in the request's order.</summary>
/// <param name="Channels">The items.</param>
public sealed record DataChannelsOutcome(ImmutableArray<DataChannelOutcome> Channels);
