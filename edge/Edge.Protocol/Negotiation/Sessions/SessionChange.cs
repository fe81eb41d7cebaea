using System.Collections.Immutable;

namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>What one step of a session's negotiation brought about.</summary>
public sealed record SessionChange
{
    /// <summary>The description to send, CRLF lines: the answer to an offer, or our own offer. Null when
    /// there is nothing to say: an answer was taken, or no request was granted.</summary>
    public string? Sdp { get; init; }

    /// <summary>What changed in the transport; null when nothing did.</summary>
    public TransportChange? Transport { get; init; }

    /// <summary>What changed in sections. Ends come before beginnings, so that a number that is used
    /// again is free by then.</summary>
    public ImmutableArray<SectionChange> Sections { get; init; } = [];

    /// <summary>What became of the requests, in their order; several for one that asks for all, none
    /// where it finds nothing.</summary>
    public ImmutableArray<SectionOutcome> Outcomes { get; init; } = [];
}
