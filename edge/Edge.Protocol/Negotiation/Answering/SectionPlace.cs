using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>Where a section stands that this end sends in.</summary>
/// <param name="IsInSession">Whether other sections may follow in later descriptions.</param>
/// <param name="Kept">The section as this end wrote it before, if it sends in it already.</param>
internal readonly record struct SectionPlace(bool IsInSession, MediaSection? Kept = null);
