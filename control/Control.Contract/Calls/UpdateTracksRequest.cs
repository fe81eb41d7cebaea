using System.Collections.Immutable;

namespace Control.Contract.Calls;

/// <summary>Asks to point pulled sections at other tracks of the same kind, or at other layers.</summary>
/// <param name="Session">The session.</param>
/// <param name="Tracks">The items; each names its section, the track it is to carry, or both.</param>
public sealed record UpdateTracksRequest(SessionKey Session, ImmutableArray<TrackRequest> Tracks);
