using Edge.Primitives;
using Edge.Wire.Sctp.DataChannels;

namespace Edge.Protocol.DataChannels.Sending;

/// <summary>A message from the time it is accepted until the peer has it or it is given up.</summary>
/// <remarks>Owner: <see cref="OutgoingQueue"/>, which uses these objects again.</remarks>
internal sealed class OutgoingMessage
{
    /// <summary>What a message costs beside its bytes. Chosen: this object, its place in the ring and the
    /// rounding up of small arrays.</summary>
    public const int CostBytes = 256;

    /// <summary>The channel's stream; null while the object is spare.</summary>
    public OutgoingStream? Stream { get; set; }

    /// <summary>The bytes; null once given up.</summary>
    public byte[]? Buffer { get; set; }

    /// <summary>How many bytes.</summary>
    public int Length { get; set; }

    /// <summary>How many of them the channel's owner gave.</summary>
    public int UserBytes => Terms.Protocol == DataChannelPayload.Control ? 0 : Length;

    /// <summary>How it is to be sent.</summary>
    public OutgoingTerms Terms { get; set; }

    /// <summary>Its place in the stream's order, once its first byte is sent.</summary>
    public ushort Sequence { get; set; }

    /// <summary>Bytes that have a TSN.</summary>
    public int SentBytes { get; set; }

    /// <summary>The TSN of its first chunk; meaningful once one was sent.</summary>
    public long FirstTsn { get; set; }

    /// <summary>The TSN of its last chunk so far.</summary>
    public long LastTsn { get; set; }

    /// <summary>Whether it was given up.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>The next message of the stream, while it waits.</summary>
    public OutgoingMessage? Next { get; set; }

    /// <summary>Whether no further chunk will be made of it.</summary>
    public bool IsFinished => IsAbandoned || SentBytes == Length;

    /// <summary>Whether its time is over.</summary>
    public bool IsExpired(Instant now) => Terms.ExpiresAt <= now;
}
