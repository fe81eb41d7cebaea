using Edge.Protocol.Srtp;

namespace Edge.Node.Takeover.Keeping;

/// <summary>Indices that may be used.</summary>
/// <param name="Bound">Which, up to the last one.</param>
/// <param name="AskAfter">The one above which more is wanted.</param>
internal readonly record struct GrantedIndices(IndexBound Bound, long AskAfter);
