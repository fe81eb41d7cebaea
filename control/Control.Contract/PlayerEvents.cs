using System.Collections.Immutable;

namespace Control.Contract;

/// <summary>A stream of events about a player, as its session keeps it, so that every control serves it.</summary>
/// <param name="Id">Its unguessable name.</param>
/// <param name="Kinds">What is told; null closes it.</param>
public sealed record PlayerEvents(string Id, ImmutableArray<string>? Kinds);
