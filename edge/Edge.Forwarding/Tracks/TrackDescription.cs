using Edge.Wire.Payload;

namespace Edge.Forwarding.Tracks;

/// <summary>What stays the same for a track whoever publishes it.</summary>
/// <param name="Kind">Sound or pictures.</param>
/// <param name="Codec">The payload format, which all its publishers share.</param>
/// <param name="ClockRate">RTP timestamp units per second.</param>
public sealed record TrackDescription(MediaKind Kind, CodecKind Codec, uint ClockRate)
{
    /// <summary>Whether its frames are encrypted end to end: then no payload is read.</summary>
    public bool IsEncrypted { get; init; }
}
