using System.Collections.Immutable;
using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>Answers an offer of the client (RFC 8829 §5.3).</summary>
internal static class AnswerStep
{
    /// <summary>Takes the step, or says why not.</summary>
    public static NegotiationFailure? Take(
        SessionState state,
        SessionDescription offer,
        ImmutableArray<SectionRequest> requests,
        LocalTransportDescription local,
        SessionPolicy policy,
        out StepResult? result
    )
    {
        result = null;
        var failure = OfferMatching.Match(offer, state.Sections, policy, out var plans);
        if (failure is not null)
        {
            return failure;
        }

        var outcomes = new List<SectionOutcome>();
        new RequestPlanning(plans, outcomes).Apply(requests);
        GiveUpNeglected(plans, offer, policy);
        var version = state.Version + 1;
        var (answers, sections) = Build(plans, offer, policy, outcomes, (long)version);
        failure = Consistency(sections);
        var transport = new TransportReading(offer, state, sections);
        failure ??= transport.ReadOffer(local.IsIceLite);
        if (failure is null && transport.Remote is null)
        {
            failure = NegotiationFailure.Unsupported(
                "The offer has no section that this server can take."
            );
        }

        if (failure is not null)
        {
            return failure;
        }

        var answer = SessionText.Create(
            answers,
            OfferedSections.AcceptedBundle(offer, answers),
            local,
            TransportLines.SetupOf(transport.Remote!.LocalDtlsRole),
            version
        ) with
        {
            AllowsMixedExtensions = offer.AllowsMixedExtensions,
        };
        result = new(
            state with
            {
                Sections = sections,
                Remote = transport.Remote,
                TaggedMid = transport.TaggedMid,
                Numbers = state.Numbers.LearnOffer(offer).Fix(answers),
                Version = version,
            },
            new()
            {
                Sdp = answer.Write(),
                Transport = transport.Change,
                Sections = SectionChanges.Between(state.Sections, sections),
                Outcomes = SectionOutcomes.InOrder(outcomes),
            }
        );
        return null;
    }

    private static (ImmutableArray<MediaSection>, ImmutableArray<SessionSection>) Build(
        SectionPlan[] plans,
        SessionDescription offer,
        SessionPolicy policy,
        List<SectionOutcome> outcomes,
        long rank
    )
    {
        var names = new SessionMsid();
        foreach (var plan in plans)
        {
            names.Note(plan.Sends ? plan.Before?.Local?.Msid : null);
        }

        var building = new AnswerBuilding(offer, policy, names, outcomes);
        var answers = ImmutableArray.CreateBuilder<MediaSection>(plans.Length);
        var sections = ImmutableArray.CreateBuilder<SessionSection>(plans.Length);
        foreach (var plan in plans)
        {
            var built = building.Build(plan, rank);
            answers.Add(built.Answer);
            sections.Add(built.Section);
        }

        return (answers.MoveToImmutable(), sections.MoveToImmutable());
    }

    /// <summary>Refuses the oldest of the sections that the client forgot, so that it uses their m-lines
    /// again; never the first of the bundle, of which Chromium 156 refuses the refusal.</summary>
    private static void GiveUpNeglected(
        SectionPlan[] plans,
        SessionDescription offer,
        SessionPolicy policy
    )
    {
        var tag = TransportReading.FindTag(offer);
        var neglected = new List<SectionPlan>();
        foreach (var plan in plans)
        {
            if (
                plan is { IsIdle: true, IsOffered: true, Before.StoppedRank: > 0 }
                && !ReferenceEquals(plan.Offered, tag)
            )
            {
                neglected.Add(plan);
            }
        }

        neglected.Sort(
            (one, other) => one.Before!.StoppedRank.CompareTo(other.Before!.StoppedRank)
        );
        for (var index = 0; index < neglected.Count - policy.NeglectedSectionsMax; index++)
        {
            neglected[index].IsGivenUp = true;
        }
    }

    private static NegotiationFailure? Consistency(ImmutableArray<SessionSection> sections)
    {
        var media = ImmutableArray.CreateBuilder<MediaAgreement>();
        foreach (var section in sections)
        {
            Add(media, section.Receive);
            Add(media, section.Send);
        }

        return BundleConsistency.CheckExtensions(media.ToImmutable());
    }

    private static void Add(ImmutableArray<MediaAgreement>.Builder media, MediaAgreement? agreement)
    {
        if (agreement is not null)
        {
            media.Add(agreement);
        }
    }
}
