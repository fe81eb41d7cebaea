using System.Collections.Immutable;

namespace Control.Contract.Calls;

/// <summary>Asks to end data channels; may safely be repeated.</summary>
/// <param name="Session">The session.</param>
/// <param name="Ids">Their stream ids at this client.</param>
public sealed record CloseDataChannelsRequest(SessionKey Session, ImmutableArray<int> Ids);
