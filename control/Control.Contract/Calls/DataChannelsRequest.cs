using System.Collections.Immutable;

namespace Control.Contract.Calls;

/// <summary>Asks to make or to change data channels.</summary>
/// <param name="Session">The session.</param>
/// <param name="Channels">The items.</param>
public sealed record DataChannelsRequest(
    SessionKey Session,
    ImmutableArray<DataChannelRequest> Channels
);
