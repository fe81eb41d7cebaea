using System.Collections.Immutable;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink.Channels;

/// <summary>As what other nodes know a channel: with it another node goes on under the same numbers, and they notice
/// nothing.</summary>
/// <param name="Generation">Which life of the channel.</param>
/// <param name="Last">The number of the last message.</param>
/// <param name="HasMissed">Whether there were messages while nobody elsewhere watched.</param>
internal sealed record ChannelMemory(ulong Generation, ulong Last, bool HasMissed)
{
    /// <summary>Who watches it.</summary>
    public ImmutableArray<MeshWatcher> Watchers { get; init; } = [];

    /// <summary>Who elsewhere may reply; null when nobody may.</summary>
    public ReplierMemory? Replier { get; init; }
}
