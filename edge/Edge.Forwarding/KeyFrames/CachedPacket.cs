using Edge.Forwarding.Tracks;
using Edge.Wire.Payload;

namespace Edge.Forwarding.KeyFrames;

/// <summary>A packet of a layer with what was read from its payload once for all subscriptions.</summary>
internal struct CachedPacket
{
    /// <summary>The packet.</summary>
    public TrackPacket Packet;

    /// <summary>Its VP8 descriptor; length 0 when it has none.</summary>
    public Vp8Descriptor Vp8;

    /// <summary>The VP8 picture id on a 15-bit circle even when the publisher counts 7 bits.</summary>
    public ushort PictureId;

    /// <summary>Whether the slot of the cache is taken.</summary>
    public bool IsPresent;
}
