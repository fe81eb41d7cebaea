using Edge.Wire.Payload;

namespace Edge.Forwarding.Tracks;

/// <summary>What stays the same for a track whoever publishes it.</summary>
/// <param name="Kind">Sound or pictures.</param>
/// <param name="Codec">The payload format, which all its publishers share.</param>
/// <param name="ClockRate">RTP timestamp units per second.</param>
public sealed record TrackDescription(MediaKind Kind, CodecKind Codec, uint ClockRate)
{
    /// <summary>Whether its frames are encrypted end to end: then no payload is read.</summary>
    /// <remarks>
    /// Key frames and layers are known by dependency descriptors alone. The payload descriptor of VP8 stands
    /// before the encrypted frame (RFC 7741 §4.2) and is read and rewritten all the same, but not the frame
    /// header behind it.
    /// Pictures without dependency descriptors: nobody here knows where a decoder can begin, so nothing is
    /// served from the cache and a viewer begins, or changes its simulcast layer, with the next picture that
    /// comes; the publisher is asked for one key frame at that moment, and the viewer's decoder waits for it.
    /// </remarks>
    public bool IsEncrypted { get; init; }
}
