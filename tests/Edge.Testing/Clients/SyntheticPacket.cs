namespace Edge.Testing.Clients;

/// <summary>One packet of a made-up stream, before its RTP header.</summary>
/// <param name="Timestamp">The RTP timestamp of its frame.</param>
/// <param name="Marker">Whether it ends its frame.</param>
/// <param name="Length">Payload bytes written.</param>
/// <param name="IsTelephoneEvent">Whether it is an event in place of sound (RFC 4733).</param>
/// <param name="IsRedundant">Whether it holds a copy of the sound before as well (RFC 2198).</param>
public readonly record struct SyntheticPacket(
    uint Timestamp,
    bool Marker,
    int Length,
    bool IsTelephoneEvent = false,
    bool IsRedundant = false
);
