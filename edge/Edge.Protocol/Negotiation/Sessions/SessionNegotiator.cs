using System.Collections.Immutable;
using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>This end of one session's offers and answers: sections that come, go and are used again over
/// one bundled transport.</summary>
/// <remarks>
/// Sans-IO: descriptions and requests in, descriptions and changes out. A step that is refused leaves
/// the session as it was. Owner: one thread at a time. Source: RFC 8829 (JSEP), RFC 8843 (BUNDLE),
/// RFC 9429.
/// </remarks>
public sealed class SessionNegotiator
{
    /// <summary>Begins a session without sections.</summary>
    /// <param name="policy">What it takes.</param>
    public SessionNegotiator(SessionPolicy policy) => Policy = policy;

    /// <summary>What the session takes.</summary>
    public SessionPolicy Policy { get; }

    /// <summary>Whose turn it is.</summary>
    public NegotiationState State => NegotiationState.Stable;

    /// <summary>The sections by the index of their m-line, as they are agreed now.</summary>
    public ImmutableArray<SessionSection> Sections { get; } = [];

    /// <summary>The other side's transport; null before it is known and after it ended.</summary>
    public RemoteTransport? Remote => null;

    /// <summary>The section of a mid, as it is agreed now; null when there is none, or only a dead one.</summary>
    public SessionSection? Find(string mid) => null;

    /// <summary>Whether an offer brings a transport or credentials that are not known yet, so that its
    /// answer needs fresh credentials of ours.</summary>
    public bool NeedsNewCredentials(SessionDescription offer) =>
        Remote is null && offer.Sections.Length > 0;

    /// <summary>Answers an offer of the client.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="requests">What is to happen in it.</param>
    /// <param name="local">Our transport; with fresh credentials if <see cref="NeedsNewCredentials"/>
    /// said so, else as in the description before.</param>
    public SessionStep Answer(
        SessionDescription offer,
        ImmutableArray<SectionRequest> requests,
        LocalTransportDescription local
    ) => NotYet();

    /// <summary>Writes an offer; without any granted request there is none, and nothing changes.</summary>
    /// <param name="requests">What is to happen in it.</param>
    /// <param name="local">Our transport, as in the description before.</param>
    public SessionStep Offer(
        ImmutableArray<SectionRequest> requests,
        LocalTransportDescription local
    ) => NotYet();

    /// <summary>Takes the answer to our offer. Its outcomes are those of the requests of that offer:
    /// what the client did not take is refused here.</summary>
    public SessionStep Accept(SessionDescription answer) => NotYet();

    /// <summary>Takes our offer back, for an answer that does not come. The outcomes refuse its requests.</summary>
    public SessionStep Rollback() => NotYet();

    /// <summary>Ends what sections carry without SDP, in any state. The next description says so.</summary>
    public SessionStep ForceStop(ImmutableArray<string> mids) => NotYet();

    /// <summary>Whether a section can carry a track with what was negotiated, in any state.</summary>
    public CarryResult CanCarry(string mid, PlayableTrack track) =>
        new CarryResult.Impossible(NotYet().Sentence);

    /// <summary>Makes a section carry a track, without SDP, in any state; nothing changes where it cannot.</summary>
    public CarryResult Carry(string mid, PlayableTrack track) => CanCarry(mid, track);

    private static SessionStep.Refused NotYet() =>
        new(NegotiationRefusal.Unsupported, "Sessions are not negotiated yet.");
}
