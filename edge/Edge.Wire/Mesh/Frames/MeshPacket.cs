using Edge.Primitives;

namespace Edge.Wire.Mesh.Frames;

/// <summary>What the owner found out about a packet, so that nobody else has to look.</summary>
/// <param name="ExtendedSequence">The layer's sequence number on its 64-bit line; not negative.</param>
/// <param name="RtpTimestamp">The RTP timestamp as received.</param>
/// <param name="Flags">What it is.</param>
/// <param name="TemporalLayer">The temporal layer, or -1 when the payload does not tell.</param>
/// <param name="CaptureTime">When the content was captured, on the owner's wall clock; zero when unknown.</param>
public readonly record struct MeshPacket(
    long ExtendedSequence,
    uint RtpTimestamp,
    MeshPacketFlags Flags,
    sbyte TemporalLayer,
    NtpTimestamp CaptureTime
)
{
    /// <summary>How long the owner had had it when the frame was sent; whole microseconds, up to an hour.</summary>
    public TimeSpan Age { get; init; }
}
