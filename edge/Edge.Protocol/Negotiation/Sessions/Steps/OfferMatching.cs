using System.Collections.Immutable;
using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>Sets an offer of the client against the sections of the session (RFC 8829 §5.10).</summary>
internal static class OfferMatching
{
    /// <summary>A plan for each section of the offer, or why it is no offer of this session.</summary>
    public static NegotiationFailure? Match(
        SessionDescription offer,
        ImmutableArray<SessionSection> sections,
        SessionPolicy policy,
        out SectionPlan[] plans
    )
    {
        plans = [];
        var failure = CheckCounts(offer, sections, policy) ?? CheckBundle(offer);
        if (failure is not null)
        {
            return failure;
        }

        var matched = new SectionPlan[offer.Sections.Length];
        for (var index = 0; index < matched.Length; index++)
        {
            var offered = offer.Sections[index];
            var known = index < sections.Length ? sections[index] : null;
            var wasDead = offered.IsDisabled && known is { IsRejected: true };
            failure = CheckSection(offer, offered) ?? CheckPlace(offered, known, out known);
            failure ??= known is null ? null : CheckNumbers(offered, known);
            if (failure is not null)
            {
                return failure;
            }

            matched[index] = new(index, offered, known) { WasDead = wasDead };
        }

        plans = matched;
        return null;
    }

    private static NegotiationFailure? CheckCounts(
        SessionDescription offer,
        ImmutableArray<SessionSection> sections,
        SessionPolicy policy
    )
    {
        if (offer.Sections.Length > policy.SectionsMax)
        {
            return NegotiationFailure.Unsupported(
                $"The offer has {offer.Sections.Length} sections; a session has at most {policy.SectionsMax}."
            );
        }

        // What the client has never confirmed it may have taken back (RFC 8829 §4.1.10.2).
        for (var index = offer.Sections.Length; index < sections.Length; index++)
        {
            if (sections[index] is { IsConfirmed: true, IsWithdrawn: false })
            {
                return NegotiationFailure.Malformed(
                    $"The offer has {offer.Sections.Length} sections, the session {sections.Length}: sections are never left out (RFC 3264 §8)."
                );
            }
        }

        return null;
    }

    private static NegotiationFailure? CheckBundle(SessionDescription offer)
    {
        var live = 0;
        foreach (var section in offer.Sections)
        {
            live += section.IsDisabled ? 0 : 1;
        }

        return live > 1 && offer.BundleMids is null
            ? NegotiationFailure.Unsupported(
                "The offer has several sections and no a=group:BUNDLE; this server has one transport for all."
            )
            : null;
    }

    private static NegotiationFailure? CheckSection(SessionDescription offer, MediaSection offered)
    {
        if (offered.IsDisabled)
        {
            return null;
        }

        if (offered.Mid is null)
        {
            return NegotiationFailure.Malformed(
                $"{SectionText.Of(offered)} has no a=mid, by which a session tells its sections apart."
            );
        }

        return offered.IsRtp
            ? OfferedSections.CheckSection(offer, offered)
            : OfferedSections.CheckBundled(offer, offered);
    }

    /// <summary>Whether the section may stand where it does; <paramref name="same"/> is what it continues.</summary>
    private static NegotiationFailure? CheckPlace(
        MediaSection offered,
        SessionSection? known,
        out SessionSection? same
    )
    {
        same = null;
        if (known is null || known.IsRejected)
        {
            return null;
        }

        var isSameMid = string.Equals(offered.Mid, known.Mid, StringComparison.Ordinal);
        if (isSameMid && offered.Kind == known.Kind)
        {
            same = known;
            return null;
        }

        // A dead m-line needs no mid.
        var isDead = offered.IsDisabled && offered.Mid is null && offered.Kind == known.Kind;
        return isDead || known is { IsConfirmed: false } or { IsWithdrawn: true }
            ? null
            : NegotiationFailure.Malformed(
                $"{SectionText.Of(offered)} stands where the session has its {known.Kind.ToString().ToLowerInvariant()} section with mid {SectionText.Short(known.Mid)}, which was not stopped."
            );
    }

    /// <summary>Numbers of a live section never change their meaning (RFC 3264 §8.3.2, RFC 8285 §6).</summary>
    private static NegotiationFailure? CheckNumbers(MediaSection offered, SessionSection known)
    {
        if (known.IsIdle || known.Local is not { } local || offered.IsDisabled)
        {
            return null;
        }

        foreach (var before in local.Codecs)
        {
            foreach (var now in offered.Codecs)
            {
                if (now.PayloadType == before.PayloadType && !now.Is(before.Name))
                {
                    return NegotiationFailure.Malformed(
                        $"{SectionText.Of(offered)} makes payload type {now.PayloadType.Value} {SectionText.Short(now.Name)}; in this session it is {before.Name}."
                    );
                }
            }
        }

        foreach (var before in local.Extensions)
        {
            foreach (var now in offered.Extensions)
            {
                if (
                    now.Id == before.Id
                    && !string.Equals(now.Uri, before.Uri, StringComparison.Ordinal)
                )
                {
                    return NegotiationFailure.Malformed(
                        $"{SectionText.Of(offered)} makes the extmap id {now.Id} another extension than it is in this session."
                    );
                }
            }
        }

        return null;
    }
}
