using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>What became of one <see cref="SectionRequest"/>.</summary>
/// <param name="RequestIndex">Its index in the list that was given.</param>
public abstract record SectionOutcome(int RequestIndex)
{
    /// <summary>It was granted; with an offer of ours, as far as this end is concerned.</summary>
    /// <param name="RequestIndex">Its index.</param>
    /// <param name="Mid">The section, as the client wrote it or is to read it.</param>
    /// <param name="Kind">The kind of the section.</param>
    public sealed record Granted(int RequestIndex, string Mid, SdpMediaKind Kind)
        : SectionOutcome(RequestIndex);

    /// <summary>It was not; the others are not touched by that.</summary>
    /// <param name="RequestIndex">Its index.</param>
    /// <param name="Mid">The section, where there is one.</param>
    /// <param name="Sentence">Why, for the person at the other end; it holds no secret.</param>
    public sealed record Refused(int RequestIndex, string? Mid, string Sentence)
        : SectionOutcome(RequestIndex);
}
