using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Protocol.Transport.Receiving;

/// <summary>A media packet of a negotiated stream, plain, in the buffer it came in.</summary>
/// <remarks>Shape: a retransmission is shown as the packet it repeats (RFC 4588 §4): the header was
/// moved two bytes up over the original sequence number, hence <see cref="Offset"/>.</remarks>
public readonly record struct ReceivedMedia
{
    /// <summary>Index of the m-section in the agreement.</summary>
    public required byte Section { get; init; }

    /// <summary>Index of the encoding in the section's rids; 0 without simulcast.</summary>
    public required byte Layer { get; init; }

    /// <summary>Counts the sources this layer had: another SSRC under the same rid begins anew.</summary>
    public required byte Epoch { get; init; }

    /// <summary>Whether the packet came by retransmission.</summary>
    public required bool IsRecovered { get; init; }

    /// <summary>Where the RTP packet begins in the buffer.</summary>
    public required int Offset { get; init; }

    /// <summary>The RTP packet's length in bytes, padding included.</summary>
    public required int Length { get; init; }

    /// <summary>RTP header, contributing sources and extensions, in bytes.</summary>
    public required int HeaderLength { get; init; }

    /// <summary>Payload without padding, in bytes; 0 for a packet that is only padding.</summary>
    public required int PayloadLength { get; init; }

    /// <summary>The RTP timestamp, in units of the codec's clock.</summary>
    public required uint Timestamp { get; init; }

    /// <summary>The marker bit.</summary>
    public required bool Marker { get; init; }

    /// <summary>Whether it is a telephone event beside the sound of its section (RFC 4733).</summary>
    public bool IsTelephoneEvent { get; init; }

    /// <summary>Whether its payload holds copies of earlier sound as well (<see cref="RedPayload"/>); one of
    /// which that cannot be read is shown as padding.</summary>
    public bool IsRedundant { get; init; }

    /// <summary>What the payload's first bytes tell.</summary>
    public required PayloadFacts Facts { get; init; }

    /// <summary>The sequence number unwrapped within its epoch.</summary>
    public required long ExtendedSequence { get; init; }

    /// <summary>When the content was captured, on this node's clock: from the publisher's sender reports
    /// once they came, so that sound and picture keep their distance; from its arrival before.</summary>
    public required NtpTimestamp CaptureTime { get; init; }
}
