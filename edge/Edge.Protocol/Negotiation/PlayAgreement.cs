using System.Collections.Immutable;

namespace Edge.Protocol.Negotiation;

/// <summary>The outcome of an offer to play.</summary>
/// <param name="Remote">The other side's transport.</param>
/// <param name="Media">The sections with media, in the order of the offer; at least one.</param>
public sealed record PlayAgreement(RemoteTransport Remote, ImmutableArray<MediaAgreement> Media);
