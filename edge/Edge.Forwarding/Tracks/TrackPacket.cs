using Edge.Primitives;
using Edge.Wire.Rtp;

namespace Edge.Forwarding.Tracks;

/// <summary>One received media packet, as it travels from ingest to every shard that forwards it.</summary>
/// <remarks>
/// Shape: made once at ingest, at most 64 bytes (asserted by a test), copied through rings. The slot
/// holds the whole plain RTP packet from its first byte.
/// Owner: whoever passes it on holds a claim on <see cref="Handle"/>. A <see cref="Track"/> borrows it
/// during <see cref="Track.Forward"/> and adds claims of its own for what it keeps.
/// </remarks>
public readonly record struct TrackPacket
{
    /// <summary>The slot.</summary>
    public required PacketHandle Handle { get; init; }

    /// <summary>The layer's sequence number on its 64-bit line, the same on every shard.</summary>
    public required long ExtendedSequence { get; init; }

    /// <summary>When it was received, on the node's timeline.</summary>
    public required Instant ArrivedAt { get; init; }

    /// <summary>When the content was captured, on the node's clock; zero when unknown.</summary>
    public NtpTimestamp CaptureTime { get; init; }

    /// <summary>The RTP timestamp as received.</summary>
    public required uint Timestamp { get; init; }

    /// <summary>Bytes of the whole plain packet, padding included.</summary>
    public required ushort PacketLength { get; init; }

    /// <summary>Bytes of the RTP header with its CSRCs and extension block.</summary>
    public required ushort HeaderLength { get; init; }

    /// <summary>Where the payload starts in the slot: <see cref="HeaderLength"/>, and two more when the
    /// slot holds an RTX packet (RFC 4588 §4, OSN).</summary>
    public required ushort PayloadOffset { get; init; }

    /// <summary>Bytes of payload without padding; zero for a padding-only packet.</summary>
    public required ushort PayloadLength { get; init; }

    /// <summary>Which publisher under the track's name sent it; rises by one with each new one.</summary>
    public required ushort SourceEpoch { get; init; }

    /// <summary>Which header extensions it has.</summary>
    public RtpExtensionIds Extensions { get; init; }

    /// <summary>The simulcast layer: its index in the rids given to <see cref="Track.StartSource"/>.</summary>
    public required byte Layer { get; init; }

    /// <summary>The RTP marker bit.</summary>
    public required bool Marker { get; init; }

    /// <summary>Whether it is a telephone event beside the sound (RFC 4733): packets of one event repeat
    /// the timestamp of its beginning.</summary>
    public bool IsTelephoneEvent { get; init; }

    /// <summary>Whether the payload holds copies of earlier sound as well (RFC 2198).</summary>
    public bool IsRedundant { get; init; }

    /// <summary>Whether a decoder can start with this packet.</summary>
    public bool IsKeyFrameStart { get; init; }

    /// <summary>The temporal layer, or -1 when the payload does not tell.</summary>
    public sbyte TemporalLayer { get; init; }

    /// <summary>Bytes of padding that were put behind the payload, with which viewers are sent packets of one length. In
    /// the slot each byte there says how many there are up to it, so that shards may differ in how many they take.</summary>
    public byte Padding { get; init; }

    /// <summary>Whether it carries no media at all: a probe or keep-alive.</summary>
    public bool IsPaddingOnly => PayloadLength == 0;
}
