using Edge.Primitives;
using Edge.Wire.Rtp;
using Edge.Wire.Rtp.Dependencies;

namespace Edge.Protocol.Transport.Sending;

/// <summary>One packet to send: the plain packet it comes from and what is to differ from it.</summary>
/// <remarks>Shape: the payload sent is <see cref="Prefix"/>, then <see cref="Payload"/>; the payload is
/// encrypted straight out of the shared packet.</remarks>
public readonly ref struct OutgoingRtp
{
    /// <summary>The packet that came in, whose header extensions are carried over; may be empty.</summary>
    public ReadOnlySpan<byte> SourcePacket { get; init; }

    /// <summary>Which extensions that packet has.</summary>
    public RtpExtensionIds SourceExtensions { get; init; }

    /// <summary>What is sent of the packet's payload.</summary>
    public required ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Rewritten first bytes of the payload, sent before it; may be empty.</summary>
    public ReadOnlySpan<byte> Prefix { get; init; }

    /// <summary>How many of the payload's last bytes are padding (RFC 3550 §5.1); the last one says so.</summary>
    public int Padding { get; init; }

    /// <summary>The sequence number on this stream.</summary>
    public required SequenceNumber SequenceNumber { get; init; }

    /// <summary>The timestamp on this stream.</summary>
    public required uint Timestamp { get; init; }

    /// <summary>The marker bit.</summary>
    public required bool Marker { get; init; }

    /// <summary>Whether it is a telephone event beside the sound (RFC 4733): it has a payload type of its
    /// own, and a timestamp that its packets share.</summary>
    public bool IsTelephoneEvent { get; init; }

    /// <summary>Whether it is redundant sound (RFC 2198), which has a payload type of its own.</summary>
    public bool IsRedundant { get; init; }

    /// <summary>What differs in this receiver's copy of the source's dependency descriptor; the default
    /// leaves it out.</summary>
    public DescriptorEdit Descriptor { get; init; }

    /// <summary>When the content was captured, on this end's clock; zero when it is captured now.</summary>
    public NtpTimestamp CaptureTime { get; init; }
}
