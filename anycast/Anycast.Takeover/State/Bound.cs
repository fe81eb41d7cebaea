using Anycast.Takeover.Indices;

namespace Anycast.Takeover.State;

/// <summary>A stream's reservation, by the number of the write that it is of.</summary>
internal readonly record struct Bound(Reservation Value, long Number);
