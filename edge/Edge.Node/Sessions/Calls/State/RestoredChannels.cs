using System.Collections.Immutable;
using Edge.Node.Sessions.Channels;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>The data channels of a session that goes on here.</summary>
/// <param name="Channels">They.</param>
/// <param name="Awaited">Those of them that read, and do not know yet where that is.</param>
internal sealed record RestoredChannels(
    SessionChannels Channels,
    ImmutableArray<AwaitedReader> Awaited
);
