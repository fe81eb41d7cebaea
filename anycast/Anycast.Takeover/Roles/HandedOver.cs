using Anycast.Takeover.Indices;

namespace Anycast.Takeover.Roles;

/// <summary>What an owner told that sends no more.</summary>
/// <param name="Epoch">Its epoch.</param>
/// <param name="Last">The last index that it sent of each stream.</param>
internal sealed record HandedOver(long Epoch, IReadOnlyDictionary<StreamId, long> Last);
