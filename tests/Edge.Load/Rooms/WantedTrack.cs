using Edge.Primitives;

namespace Edge.Load.Rooms;

/// <summary>A track that somebody wants to pull.</summary>
/// <param name="Publisher">Whose.</param>
/// <param name="IsVideo">A camera's pictures; else a microphone's sound.</param>
/// <param name="IsOfJoin">Whether it was there when the viewer joined.</param>
/// <param name="Since">When it could be asked for.</param>
internal sealed record WantedTrack(
    RoomMember Publisher,
    bool IsVideo,
    bool IsOfJoin,
    Instant Since
);
