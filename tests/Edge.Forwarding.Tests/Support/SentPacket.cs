using Edge.Primitives;

namespace Edge.Forwarding.Tests.Support;

/// <summary>What a viewer was sent, with the identity that the publisher wrote into the payload.</summary>
internal sealed record SentPacket(
    long Out,
    uint Timestamp,
    bool Marker,
    bool IsRetransmission,
    bool IsFiller,
    ushort Epoch,
    byte Layer,
    long In,
    bool IsKeyFrameStart,
    int PictureId,
    int Tl0,
    int KeyIndex,
    double AtMs,
    NtpTimestamp CaptureTime
)
{
    public bool IsTelephoneEvent { get; init; }
}
