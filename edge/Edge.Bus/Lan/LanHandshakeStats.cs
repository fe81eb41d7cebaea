namespace Edge.Bus.Lan;

/// <summary>Counters of connections that came in, since the start.</summary>
/// <param name="Refused">Those that did not prove to be of a peer: without the key, not of this protocol, not among the
/// peers, or too slow.</param>
/// <param name="Evicted">Those among them that had to make room because there were too many at a time.</param>
public readonly record struct LanHandshakeStats(long Refused, long Evicted);
