namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>What an offer of ours hopes for in one of its sections.</summary>
/// <param name="RequestIndex">The request behind it; -1 for the anchor.</param>
/// <param name="SectionIndex">The section.</param>
/// <param name="Request">What was asked.</param>
internal sealed record OfferedItem(int RequestIndex, int SectionIndex, SectionRequest Request);
