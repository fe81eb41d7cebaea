using Edge.Forwarding.Thinning;

namespace Edge.Forwarding.KeyFrames;

/// <summary>A packet with what is known of its frame, on their way to one viewer after the other.</summary>
/// <remarks>Owner: borrows both from the cache or from whoever reads the packet.</remarks>
internal readonly ref struct PacketView(
    ref readonly CachedPacket entry,
    ref readonly FrameFacts facts
)
{
    /// <summary>The packet.</summary>
    public readonly ref readonly CachedPacket Entry = ref entry;

    /// <summary>What is known of its frame; <see cref="FrameFacts.None"/> in streams without layers.</summary>
    public readonly ref readonly FrameFacts Facts = ref facts;
}
