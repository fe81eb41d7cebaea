using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>A section of an answer and what the session has there from then on.</summary>
/// <param name="Answer">The section to write, without transport.</param>
/// <param name="Section">The section to keep.</param>
internal sealed record BuiltSection(MediaSection Answer, SessionSection Section);
