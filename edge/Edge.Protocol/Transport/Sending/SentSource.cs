using Edge.Primitives;

namespace Edge.Protocol.Transport.Sending;

/// <summary>A source that a peer sends under.</summary>
/// <param name="Ssrc">The source.</param>
/// <param name="Stream">Of which stream.</param>
/// <param name="Next">The next number of retransmissions; null of media, whose numbers whoever writes it gives.</param>
/// <param name="Reported">The highest number that the peer said to have; null before its first report.</param>
public readonly record struct SentSource(
    Ssrc Ssrc,
    int Stream,
    SequenceNumber? Next,
    SequenceNumber? Reported
);
