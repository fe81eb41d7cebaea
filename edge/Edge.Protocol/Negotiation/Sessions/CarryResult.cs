namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>Whether a section can carry a track with what was negotiated already.</summary>
public abstract record CarryResult
{
    private CarryResult() { }

    /// <summary>It can.</summary>
    /// <param name="Media">What is agreed for the track: the section's own SSRCs, not the track's, because
    /// those were declared to the client.</param>
    public sealed record Possible(MediaAgreement Media) : CarryResult;

    /// <summary>It cannot.</summary>
    /// <param name="Sentence">Why, for the person at the other end; it holds no secret.</param>
    public sealed record Impossible(string Sentence) : CarryResult;
}
