using Edge.Testing.Clients;

namespace Edge.Load.Rooms;

/// <summary>A track that somebody pulls.</summary>
/// <param name="Wanted">Which.</param>
/// <param name="Track">What came of it.</param>
internal sealed record RoomPull(WantedTrack Wanted, PlayedTrack Track);
