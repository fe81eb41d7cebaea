using Edge.Primitives;

namespace Edge.Protocol.Srtp;

/// <summary>Up to which index something may be protected, or may have been.</summary>
/// <param name="Space">What is counted.</param>
/// <param name="Ssrc">Whose, of what is received and of RTP that is sent; else of no account.</param>
/// <param name="Last">The last index.</param>
public readonly record struct IndexBound(IndexSpace Space, Ssrc Ssrc, long Last);
