namespace Edge.Forwarding.Tests.Thinning;

/// <summary>What a viewer of a stream with layers was sent.</summary>
internal sealed record ThinnedPacket(
    long Out,
    uint Timestamp,
    bool Marker,
    bool IsFiller,
    bool IsRetransmission,
    long In,
    byte[] Descriptor,
    int PictureId
);
