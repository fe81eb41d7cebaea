using System.Collections.Immutable;
using Edge.Protocol.Negotiation.Answering;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>The steps that need no description: rollback, stops by force, and tracks that change places.</summary>
internal static class LooseSteps
{
    /// <summary>The session without an offer of ours. The client may have taken it nevertheless, so the
    /// m-lines that it made or refused are kept in mind.</summary>
    public static StepResult Rollback(SessionState state, PendingOffer pending)
    {
        var sections = state.Sections.ToBuilder();
        for (var index = 0; index < pending.Target.Sections.Length; index++)
        {
            var target = pending.Target.Sections[index];
            if (index == sections.Count)
            {
                sections.Add(Withdraw(target));
                continue;
            }

            var before = sections[index];
            var isNew = !string.Equals(before.Mid, target.Mid, StringComparison.Ordinal);
            if (isNew)
            {
                sections[index] = Withdraw(target);
            }
            else if (target.IsRejected && !before.IsRejected)
            {
                sections[index] = Withdraw(before);
            }
        }

        var outcomes = new List<SectionOutcome>();
        foreach (var item in pending.Items)
        {
            if (item.RequestIndex >= 0)
            {
                var mid = pending.Target.Sections[item.SectionIndex].Mid;
                outcomes.Add(
                    new SectionOutcome.Refused(
                        item.RequestIndex,
                        mid,
                        "The offer was taken back because its answer did not come."
                    )
                );
            }
        }

        var after = pending.Target with
        {
            Sections = sections.ToImmutable(),
            HasOfferedAnchor = state.HasOfferedAnchor,
        };
        return new(after, new() { Outcomes = SectionOutcomes.InOrder(outcomes) });
    }

    /// <summary>Empties sections of media.</summary>
    /// <param name="sections">The sections.</param>
    /// <param name="mids">Which.</param>
    /// <param name="rank">The rank of the stop.</param>
    public static ImmutableArray<SessionSection> Stop(
        ImmutableArray<SessionSection> sections,
        ImmutableArray<string> mids,
        long rank
    )
    {
        var stopped = sections.ToBuilder();
        for (var index = 0; index < stopped.Count; index++)
        {
            var section = stopped[index];
            if (section.DataChannels is null && mids.Contains(section.Mid, StringComparer.Ordinal))
            {
                stopped[index] = section.Emptied() with { StoppedRank = rank };
            }
        }

        return stopped.ToImmutable();
    }

    /// <summary>Whether a section can carry a track with what was negotiated.</summary>
    public static CarryResult CanCarry(SessionSection? section, string mid, PlayableTrack track)
    {
        if (section?.Send is not { } send)
        {
            return new CarryResult.Impossible(
                section is null
                    ? SessionSentences.NoSuchSection(mid)
                    : $"Nothing can be sent in the section with mid {mid} without an offer."
            );
        }

        if (send.Kind != track.Kind)
        {
            return new CarryResult.Impossible(
                $"The section with mid {mid} carries {CodecCatalog.NameOf(send.Kind)}; the track is {CodecCatalog.NameOf(track.Kind)}."
            );
        }

        foreach (var line in section.Local!.Codecs)
        {
            if (
                CodecMatch.Of(track.Codec, track.Kind, line) != CodecFit.None
                && line.PayloadType == send.Codec.PayloadType
            )
            {
                return new CarryResult.Possible(send);
            }
        }

        var codec = track.Codec;
        return new CarryResult.Impossible(
            $"The section with mid {mid} carries {CodecCatalog.Describe(send.Codec.Name, send.Codec.Kind, send.Codec.Format)}; the track is {CodecCatalog.Describe(codec.Name, codec.Kind, codec.Format)}."
        );
    }

    private static SessionSection Withdraw(SessionSection section) =>
        section.Emptied() with
        {
            IsRejected = false,
            IsWithdrawn = true,
            IsConfirmed = false,
            Local = section.Local! with { Port = TransportLines.DiscardPort },
        };
}
