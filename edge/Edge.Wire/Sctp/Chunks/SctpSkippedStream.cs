namespace Edge.Wire.Sctp.Chunks;

/// <summary>An ordered stream of which a FORWARD TSN skips messages (RFC 3758 §3.2).</summary>
/// <param name="StreamId">The stream.</param>
/// <param name="StreamSequence">The last message that is skipped.</param>
public readonly record struct SctpSkippedStream(ushort StreamId, ushort StreamSequence);
