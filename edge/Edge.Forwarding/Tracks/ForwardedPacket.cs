using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;
using Edge.Wire.Rtp;
using Edge.Wire.Rtp.Dependencies;

namespace Edge.Forwarding.Tracks;

/// <summary>What one subscription sends for one packet of its track.</summary>
/// <remarks>
/// The RTP packet to write is: a header with these fields (and the sender's own SSRC, payload type and
/// extensions), then <see cref="PrefixBytes"/>, then <see cref="TailLength"/> bytes of the slot from
/// <see cref="TailOffset"/>. Both empty: a packet that only fills its number (send it without payload).
/// Owner: the claim on <see cref="Handle"/> is borrowed during the call; a sink that keeps the packet
/// adds a claim. <see cref="Handle"/> is none for a filler.
/// </remarks>
public readonly struct ForwardedPacket
{
    private readonly PayloadPrefix _prefix;

    /// <summary>Makes one that only fills its number.</summary>
    private ForwardedPacket(long extendedSequence, uint timestamp)
    {
        ExtendedSequence = extendedSequence;
        Timestamp = timestamp;
    }

    /// <summary>Makes one whose payload is the slot's own.</summary>
    internal ForwardedPacket(in TrackPacket source, long extendedSequence, uint timestamp)
    {
        Handle = source.Handle;
        ExtendedSequence = extendedSequence;
        Timestamp = timestamp;
        Marker = source.Marker;
        IsTelephoneEvent = source.IsTelephoneEvent;
        IsRedundant = source.IsRedundant;
        CaptureTime = source.CaptureTime;
        Padding = source.Padding;
        SourceExtensions = source.Extensions;
        SourcePacketLength = source.PacketLength;
        SourceHeaderLength = source.HeaderLength;
        TailOffset = source.PayloadOffset;
        TailLength = source.PayloadLength;
    }

    /// <summary>The shared plain packet.</summary>
    public PacketHandle Handle { get; }

    /// <summary>The outgoing sequence number on its 64-bit line: unique for each different packet.</summary>
    public long ExtendedSequence { get; }

    /// <summary>The outgoing RTP timestamp.</summary>
    public uint Timestamp { get; }

    /// <summary>Bytes of the received packet in the slot, to read its header extensions.</summary>
    public int SourcePacketLength { get; }

    /// <summary>Bytes of the received packet's header.</summary>
    public int SourceHeaderLength { get; }

    /// <summary>Which header extensions the received packet has.</summary>
    public RtpExtensionIds SourceExtensions { get; }

    /// <summary>Where the rest of the payload starts in the slot.</summary>
    public int TailOffset { get; init; }

    /// <summary>Bytes of the rest of the payload.</summary>
    public int TailLength { get; init; }

    /// <summary>Bytes of payload written anew in front of the rest.</summary>
    public int PrefixLength { get; init; }

    /// <summary>Bytes of padding in the slot behind the tail (RFC 3550 §5.1), with which the packet is as long as its
    /// neighbours. Retransmissions go without.</summary>
    public int Padding { get; }

    /// <summary>The outgoing marker bit.</summary>
    public bool Marker { get; init; }

    /// <summary>Whether the payload is a telephone event and not of the track's codec.</summary>
    public bool IsTelephoneEvent { get; }

    /// <summary>Whether the payload holds copies of earlier sound as well: whoever did not agree on that is
    /// sent the packet's own alone.</summary>
    public bool IsRedundant { get; }

    /// <summary>Which moment of capture <see cref="Timestamp"/> stands for, for sender reports; zero when
    /// unknown. In a burst whose timestamps are shrunk it is later than the content's own.</summary>
    public NtpTimestamp CaptureTime { get; init; }

    /// <summary>What differs in the viewer's copy of the packet's dependency descriptor.</summary>
    public DescriptorEdit Descriptor { get; init; }

    /// <summary>Whether it was sent before under the same number: send it as RTX, or the kept datagram as it
    /// was; never encrypt it again on the media SSRC (the SRTP index is used).</summary>
    public bool IsRetransmission { get; init; }

    /// <summary>The rewritten payload start; its first <see cref="PrefixLength"/> bytes count.</summary>
    public PayloadPrefix Prefix
    {
        get => _prefix;
        init => _prefix = value;
    }

    /// <summary>The outgoing 16-bit sequence number.</summary>
    public SequenceNumber SequenceNumber => new(unchecked((ushort)ExtendedSequence));

    /// <summary>The bytes written anew in front of the rest of the payload.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> PrefixBytes => ((ReadOnlySpan<byte>)_prefix)[..PrefixLength];

    /// <summary>The same number without content.</summary>
    internal ForwardedPacket AsFiller() =>
        new(ExtendedSequence, Timestamp) { IsRetransmission = IsRetransmission };
}
