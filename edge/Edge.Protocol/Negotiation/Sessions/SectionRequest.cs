using Edge.Wire.Payload;

namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>One thing that is to happen in a session's next offer or answer.</summary>
public abstract record SectionRequest
{
    private SectionRequest() { }

    /// <summary>The client publishes in a section.</summary>
    /// <param name="Mid">The section of the client's offer; null where this end offers.</param>
    /// <param name="Kind">What is published where this end offers; ignored with a client's offer.</param>
    public sealed record Receive(string? Mid, MediaKind? Kind = null) : SectionRequest
    {
        /// <summary>Set for a section that goes both ways: what this end will send in it, at once with
        /// <see cref="SessionNegotiator.Carry"/>.</summary>
        public ReservedSources? Bidirectional { get; init; }
    }

    /// <summary>The client publishes in every section of its offer that newly sends.</summary>
    public sealed record ReceiveAll : SectionRequest;

    /// <summary>This end sends a track.</summary>
    /// <param name="Track">The track.</param>
    /// <param name="Mid">The section; null for the first free one of the track's kind that receives
    /// (client's offer), or for one that this end makes (our offer).</param>
    public sealed record Send(PlayableTrack Track, string? Mid = null) : SectionRequest;

    /// <summary>The session gets the transport of data channels.</summary>
    public sealed record DataChannels : SectionRequest;

    /// <summary>A section ends what it carries in both directions.</summary>
    /// <param name="Mid">The section.</param>
    public sealed record Stop(string Mid) : SectionRequest;
}
