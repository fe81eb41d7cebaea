using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>Makes the sections of an answer from their plans.</summary>
internal sealed class AnswerBuilding(
    SessionDescription offer,
    SessionPolicy policy,
    SessionMsid names,
    List<SectionOutcome> outcomes
)
{
    /// <summary>Makes one section; what cannot be granted is refused in the outcomes.</summary>
    /// <param name="plan">What is to become of it.</param>
    /// <param name="rank">The rank of a stop that happens now.</param>
    public BuiltSection Build(SectionPlan plan, long rank)
    {
        var offered = plan.Offered;
        if (offered.IsDisabled || plan.IsGivenUp)
        {
            return Reject(plan);
        }

        return offered.IsRtp ? BuildMedia(plan, rank) : BuildDataChannels(plan);
    }

    private BuiltSection BuildMedia(SectionPlan plan, long rank)
    {
        var received = plan.Receives ? ReadReceived(plan) : null;
        var sent = plan.Sends ? ReadSent(plan, received) : null;
        if (received is null && sent is null)
        {
            return BuildIdle(plan, rank);
        }

        var sending = sent?.Answer(new PlayPolicy(sent.Track.StreamId!, policy.Cname));
        var answer = SectionJoining.Join(received?.Answer() ?? Unwanted(plan), sending);
        answer = answer with { Direction = Direction(received, sent) };
        var before = plan.Before;
        var section = Keep(plan, answer) with
        {
            Receive = received is null
                ? null
                : AgreementComparison.Keep(before?.Receive, received.Agree()),
            Send = sent is null
                ? null
                : AgreementComparison.Keep(
                    before?.Send,
                    sent.Agree(plan.Index, sending!.Msid?.ToString()) with
                    {
                        RemoteSources = [],
                    }
                ),
            Track = sent is null ? null : plan.Track,
        };
        return new(answer, section);
    }

    private ReceivedSection? ReadReceived(SectionPlan plan)
    {
        var kept = plan.Before?.Receive?.Codec;
        var failure = ReceivedSection.Read(
            offer,
            plan.Index,
            policy.Publish,
            kept,
            out var received
        );
        Conclude(plan, plan.ReceiveRequest, failure);
        return received;
    }

    /// <summary>Sources that were declared stay: a track that comes later is sent with them.</summary>
    private SentSection? ReadSent(SectionPlan plan, ReceivedSection? received)
    {
        var track = plan.Track ?? Placeholder(plan, received);
        if (track is null)
        {
            return null;
        }

        var before = plan.Before?.Send;
        var msid = plan.Before?.Local?.Msid;
        if (before?.LocalSsrc is not { } ssrc || msid is null)
        {
            msid = names.Create(track.StreamId, track.TrackId, plan.Offered.Mid!);
            ssrc = track.LocalSsrc;
        }

        var declared = track with
        {
            LocalSsrc = ssrc,
            LocalRtxSsrc = before?.LocalRtxSsrc ?? track.LocalRtxSsrc,
            StreamId = msid.Stream,
            TrackId = msid.Track ?? msid.Stream,
        };
        var kept = before is null ? null : plan.Before?.Local;
        var place = new SectionPlace(IsInSession: true, kept);
        var failure = SentSection.Read(offer, plan.Offered, declared, place, out var sent);
        Conclude(plan, plan.SendRequest, failure);
        return sent;
    }

    /// <summary>A track in the format that the client sends, to declare the other way of a section.</summary>
    private static PlayableTrack? Placeholder(SectionPlan plan, ReceivedSection? received)
    {
        var before = plan.Before?.Send;
        var codec = before?.Codec ?? received?.Codec.Codec;
        if (codec is null)
        {
            return null;
        }

        var kind = CodecCatalog.MediaOf(plan.Offered);
        if (plan.Reserved is { } reserved)
        {
            return new(kind, codec, reserved.TrackId, reserved.Media, reserved.Rtx);
        }

        return before?.LocalSsrc is { } ssrc
            ? new(kind, codec, plan.Offered.Mid!, ssrc, before.LocalRtxSsrc ?? default)
            : null;
    }

    private static SdpDirection Direction(ReceivedSection? received, SentSection? sent) =>
        (received, sent) switch
        {
            (not null, not null) => SdpDirection.SendReceive,
            (not null, null) => SdpDirection.ReceiveOnly,
            (null, not null) => SdpDirection.SendOnly,
            (null, null) => SdpDirection.Inactive,
        };

    /// <summary>The lines of simulcast that is offered unasked: without them Chromium 156 and Firefox 153
    /// drop all layers but one for good. Null where there is none.</summary>
    private MediaSection? Unwanted(SectionPlan plan)
    {
        var kept = plan.Before?.Receive?.Codec;
        return
            ReceivedSection.Read(offer, plan.Index, policy.Publish, kept, out var received) is null
            && !received!.Rids.IsEmpty
            ? received.Answer()
            : null;
    }

    private BuiltSection BuildIdle(SectionPlan plan, long rank)
    {
        var answer = Unwanted(plan) is { } unwanted
            ? unwanted with
            {
                Direction = SdpDirection.Inactive,
            }
            : IdleSection.Answer(offer, plan.Offered, isInSession: true);
        var stopped = plan.IsStopped ? rank : plan.Before?.StoppedRank ?? 0;
        return new(
            answer,
            Keep(plan, answer) with
            {
                StoppedRank = plan.IsOffered && answer.Port != 0 ? stopped : 0,
            }
        );
    }

    private BuiltSection BuildDataChannels(SectionPlan plan)
    {
        var offered = plan.Offered;
        if (!plan.HasDataChannels || DataChannelSection.Check(offered) is { } failure)
        {
            if (plan.HasDataChannels)
            {
                Conclude(plan, plan.DataChannelsRequest, DataChannelSection.Check(offered));
            }

            return Reject(plan);
        }

        Conclude(plan, plan.DataChannelsRequest, failure: null);
        var answer = DataChannelSection.Create(offered.Mid!, offered.Protocol, policy);
        var agreement = plan.Before?.DataChannels ?? DataChannelSection.Read(offered);
        return new(answer, Keep(plan, answer) with { DataChannels = agreement });
    }

    private static BuiltSection Reject(SectionPlan plan)
    {
        var answer = AnswerSections.Reject(plan.Offered);
        return new(answer, Keep(plan, answer) with { IsConfirmed = plan.WasDead });
    }

    private static SessionSection Keep(SectionPlan plan, MediaSection answer) =>
        new()
        {
            Mid = plan.Offered.Mid ?? plan.Before?.Mid ?? "",
            Kind = plan.Offered.Kind,
            IsRejected = answer.Port == 0,
            Local = answer,
            IsOurs = plan.Before is { IsOurs: true },
            IsConfirmed = plan.Before is not null,
        };

    private void Conclude(SectionPlan plan, int request, NegotiationFailure? failure)
    {
        if (request == SectionPlan.Unasked)
        {
            return;
        }

        var mid = plan.Offered.Mid!;
        outcomes.Add(
            failure is null
                ? new SectionOutcome.Granted(request, mid, plan.Offered.Kind)
                : new SectionOutcome.Refused(request, mid, failure.Sentence)
        );
    }
}
