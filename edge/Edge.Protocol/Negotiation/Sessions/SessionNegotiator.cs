using System.Collections.Immutable;
using Edge.Protocol.Negotiation.Answering;
using Edge.Protocol.Negotiation.Sessions.Steps;
using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>This end of one session's offers and answers: sections that come, go and are used again over
/// one bundled transport.</summary>
/// <remarks>
/// Sans-IO: descriptions and requests in, descriptions and changes out. A step that is refused leaves
/// the session as it was. Owner: one thread at a time. Source: RFC 8829 (JSEP), RFC 8843 (BUNDLE),
/// RFC 9429.
/// </remarks>
public sealed partial class SessionNegotiator
{
    private SessionState _state = new();
    private PendingOffer? _pending;

    /// <summary>Begins a session without sections.</summary>
    /// <param name="policy">What it takes.</param>
    public SessionNegotiator(SessionPolicy policy) => Policy = policy;

    /// <summary>What the session takes.</summary>
    public SessionPolicy Policy { get; }

    /// <summary>Whose turn it is.</summary>
    public NegotiationState State =>
        _pending is null ? NegotiationState.Stable : NegotiationState.HaveLocalOffer;

    /// <summary>The sections by the index of their m-line, as they are agreed now; a pending offer is not
    /// in them.</summary>
    public ImmutableArray<SessionSection> Sections => _state.Sections;

    /// <summary>The other side's transport; null before it is known.</summary>
    public RemoteTransport? Remote => _state.Remote;

    /// <summary>The live section of a mid, as it is agreed now; null when there is none.</summary>
    public SessionSection? Find(string mid)
    {
        var index = _state.IndexOf(mid);
        return index < 0 ? null : _state.Sections[index];
    }

    /// <summary>Whether an offer brings a transport or credentials that are not known yet, so that its
    /// answer needs fresh credentials of ours (RFC 8839 §4.4.1.1.1).</summary>
    public bool NeedsNewCredentials(SessionDescription offer) =>
        TransportReading.HasNewCredentials(offer, _state.Remote);

    /// <summary>Answers an offer of the client.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="requests">What is to happen in it.</param>
    /// <param name="local">Our transport; with fresh credentials if <see cref="NeedsNewCredentials"/>
    /// said so, else as in the description before.</param>
    public SessionStep Answer(
        SessionDescription offer,
        ImmutableArray<SectionRequest> requests,
        LocalTransportDescription local
    )
    {
        if (_pending is not null)
        {
            return OutOfTurn();
        }

        var failure = AnswerStep.Take(_state, offer, requests, local, Policy, out var result);
        return failure is null ? Commit(result!) : Refuse(failure);
    }

    /// <summary>Writes an offer; without any granted request there is none, and nothing changes.</summary>
    /// <param name="requests">What is to happen in it.</param>
    /// <param name="local">Our transport, as in the description before.</param>
    public SessionStep Offer(
        ImmutableArray<SectionRequest> requests,
        LocalTransportDescription local
    )
    {
        if (_pending is not null)
        {
            return OutOfTurn();
        }

        var step = new OfferStep(_state, Policy);
        _pending = step.Take(requests, local);
        return new SessionStep.Taken(
            new() { Sdp = _pending?.Offer.Write(), Outcomes = step.Outcomes }
        );
    }

    /// <summary>Takes the answer to our offer. Its outcomes are those of the requests of that offer:
    /// what the client did not take is refused here.</summary>
    public SessionStep Accept(SessionDescription answer)
    {
        if (_pending is null)
        {
            return new SessionStep.Refused(
                NegotiationRefusal.OutOfTurn,
                "No offer of this server waits for an answer."
            );
        }

        var failure = new AcceptStep(_state, _pending, answer).Take(out var result);
        return failure is null ? Commit(result!) : Refuse(failure);
    }

    /// <summary>Takes our offer back, for an answer that does not come. The outcomes refuse its requests.</summary>
    public SessionStep Rollback() =>
        _pending is null
            ? new SessionStep.Taken(new())
            : Commit(LooseSteps.Rollback(_state, _pending));

    /// <summary>Ends what sections carry without SDP, in any state. The next description says so.</summary>
    /// <remarks>A section of an offer that is pending ends before it began: its answer starts nothing.</remarks>
    public SessionStep ForceStop(ImmutableArray<string> mids)
    {
        var outcomes = ImmutableArray.CreateBuilder<SectionOutcome>(mids.Length);
        for (var index = 0; index < mids.Length; index++)
        {
            outcomes.Add(OutcomeOfStop(index, mids[index]));
        }

        var before = _state.Sections;
        var rank = (long)_state.Version + 1;
        _state = _state with { Sections = LooseSteps.Stop(before, mids, rank) };
        _pending = _pending?.Without(mids, rank);
        return new SessionStep.Taken(
            new()
            {
                Sections = SectionChanges.Between(before, _state.Sections),
                Outcomes = outcomes.MoveToImmutable(),
            }
        );
    }

    /// <summary>Whether a section can carry a track with what was negotiated, in any state.</summary>
    public CarryResult CanCarry(string mid, PlayableTrack track) =>
        LooseSteps.CanCarry(Find(mid), mid, track);

    /// <summary>Makes a section carry a track, without SDP, in any state; nothing changes where it cannot.</summary>
    public CarryResult Carry(string mid, PlayableTrack track)
    {
        var result = CanCarry(mid, track);
        if (result is CarryResult.Possible)
        {
            var index = _state.IndexOf(mid);
            var section = _state.Sections[index] with { Track = track };
            _state = _state with { Sections = _state.Sections.SetItem(index, section) };
            _pending = _pending?.Carrying(mid, track);
        }

        return result;
    }

    private SectionOutcome OutcomeOfStop(int index, string mid)
    {
        var section = Find(mid) is { IsIdle: false, DataChannels: null } live
            ? live
            : _pending?.FindMedia(mid);
        return section is null
            ? new SectionOutcome.Refused(index, mid, SessionSentences.CarriesNothing(mid))
            : new SectionOutcome.Granted(index, mid, section.Kind);
    }

    private SessionStep.Taken Commit(StepResult result)
    {
        _state = result.State;
        _pending = null;
        return new(result.Change);
    }

    private SessionStep.Refused OutOfTurn() =>
        new(
            NegotiationRefusal.OutOfTurn,
            $"An offer of this server ({_pending!.Describe()}) waits for its answer; send that first."
        );

    private static SessionStep.Refused Refuse(NegotiationFailure failure) =>
        new(failure.Kind, failure.Sentence);
}
