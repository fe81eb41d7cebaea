namespace Edge.Wire.Sctp.Chunks;

/// <summary>A run of received TSNs behind a gap, as distances from the cumulative TSN
/// (RFC 9260 §3.3.4).</summary>
/// <param name="Start">The first of the run, at least 2 from a proper sender.</param>
/// <param name="End">The last of the run.</param>
public readonly record struct SctpGapBlock(ushort Start, ushort End);
