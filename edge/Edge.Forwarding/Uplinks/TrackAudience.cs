using Edge.Primitives;

namespace Edge.Forwarding.Uplinks;

/// <summary>What all viewers together want of a track, wherever they are.</summary>
/// <param name="IsWatched">Whether there is any who wants to be sent something.</param>
/// <param name="Layers">The layers that they are sent, wait for or wish for, one bit each.</param>
/// <param name="Ceiling">The most that the one with the most room can use; <see cref="Bitrate.Unlimited"/> when anybody
/// has what it wants.</param>
public readonly record struct TrackAudience(bool IsWatched, uint Layers, Bitrate Ceiling);
