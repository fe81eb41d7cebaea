using System.Collections.Immutable;
using Edge.Protocol.Negotiation.Answering;
using Edge.Protocol.Negotiation.Offering;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>Takes the answer to an offer of ours (RFC 8829 §5.11).</summary>
internal sealed class AcceptStep(
    SessionState state,
    PendingOffer pending,
    SessionDescription answer
)
{
    private readonly List<SectionOutcome> _outcomes = [];

    /// <summary>Takes the step, or says why not.</summary>
    public NegotiationFailure? Take(out StepResult? result)
    {
        result = null;
        if (Check() is { } mismatch)
        {
            return mismatch;
        }

        var sections = ImmutableArray.CreateBuilder<SessionSection>(answer.Sections.Length);
        for (var index = 0; index < answer.Sections.Length; index++)
        {
            sections.Add(Settle(index));
        }

        var settled = sections.MoveToImmutable();
        var transport = new TransportReading(answer, state, settled);
        if (transport.ReadAnswer() is { } failure)
        {
            return failure;
        }

        result = new(
            pending.Target with
            {
                Sections = settled,
                Remote = transport.Remote,
                TaggedMid = transport.TaggedMid,
            },
            new()
            {
                Transport = transport.Change,
                Sections = SectionChanges.Between(state.Sections, settled),
                Outcomes = SectionOutcomes.InOrder(_outcomes),
            }
        );
        return null;
    }

    /// <summary>An answer has the offer's sections in the offer's order (RFC 3264 §6).</summary>
    private NegotiationFailure? Check()
    {
        if (answer.Sections.Length != pending.Offer.Sections.Length)
        {
            return NegotiationFailure.Malformed(
                $"The answer has {answer.Sections.Length} sections for {pending.Offer.Sections.Length} of the offer."
            );
        }

        if (pending.Offer.IsIceLite && answer.IsIceLite)
        {
            return NegotiationFailure.Unsupported(
                "The answer says a=ice-lite, and so did the offer: one side has to send checks. A session for another server is made with thirdparty=true."
            );
        }

        for (var index = 0; index < answer.Sections.Length; index++)
        {
            var offered = pending.Offer.Sections[index];
            var answered = answer.Sections[index];
            var isSameMid =
                answered.Mid is null
                || string.Equals(answered.Mid, offered.Mid, StringComparison.Ordinal);
            if (!isSameMid || answered.Kind != offered.Kind)
            {
                return NegotiationFailure.Malformed(
                    $"{SectionText.Of(answered)} answers the {offered.KindName} section with mid {offered.Mid}."
                );
            }
        }

        return null;
    }

    private SessionSection Settle(int index)
    {
        var target = pending.Target.Sections[index];
        var offered = pending.Offer.Sections[index];
        var answered = answer.Sections[index];
        var known = Known(index, target.Mid);
        SessionSection settled;
        if (offered.Port == 0 || answered.IsDisabled)
        {
            settled = target.Emptied() with
            {
                IsRejected = true,
                IsConfirmed = true,
                Local = AnswerSections.Reject(target.Local!),
            };
        }
        else
        {
            settled =
                target.IsIdle && target.Kind != SdpMediaKind.Application && !HasItem(index) ? target
                : offered.IsRtp ? SettleMedia(index, target, known)
                : SettleDataChannels(target, answered);
            settled = settled with { IsConfirmed = true };
        }

        NoteOutcomes(index, settled);
        return settled;
    }

    private SessionSection SettleMedia(int index, SessionSection target, SessionSection? known)
    {
        var offered = pending.Offer.Sections[index];
        var answered = answer.Sections[index];
        var receive = known?.Receive;
        var send = known?.Send;
        var track = known?.Track;
        foreach (var item in pending.Items)
        {
            if (item.SectionIndex != index)
            {
                continue;
            }

            if (item.Request is SectionRequest.Receive)
            {
                receive = Agree(index, SdpDirection.ReceiveOnly);
            }

            if (item.Request is SectionRequest.Send || offered.Direction.Sends())
            {
                send ??= Agree(index, SdpDirection.SendOnly) is { } agreed
                    ? agreed with
                    {
                        RemoteSources = [],
                    }
                    : null;
                track = (item.Request as SectionRequest.Send)?.Track;
            }
        }

        receive = answered.Direction.Sends() && offered.Direction.Receives() ? receive : null;
        send = answered.Direction.Receives() && offered.Direction.Sends() ? send : null;
        return target with
        {
            Receive = receive,
            Send = send,
            Track = send is null ? null : track,
            Local = AnsweredLines.Narrow(target.Local!, answered, receive, send),
        };
    }

    private static SessionSection SettleDataChannels(
        SessionSection target,
        MediaSection answered
    ) => target with { DataChannels = target.DataChannels ?? DataChannelSection.Read(answered) };

    private MediaAgreement? Agree(int index, SdpDirection direction)
    {
        var pair = new AnsweredSection(pending.Offer, answer, index, direction);
        return pair.HasMedia ? pair.Agree() : null;
    }

    private SessionSection? Known(int index, string mid) =>
        index < state.Sections.Length
        && string.Equals(state.Sections[index].Mid, mid, StringComparison.Ordinal)
            ? state.Sections[index]
            : null;

    private bool HasItem(int index)
    {
        foreach (var item in pending.Items)
        {
            if (item.SectionIndex == index)
            {
                return true;
            }
        }

        return false;
    }

    private void NoteOutcomes(int index, SessionSection settled)
    {
        foreach (var item in pending.Items)
        {
            if (item.SectionIndex != index || item.RequestIndex < 0)
            {
                continue;
            }

            var isGranted = item.Request switch
            {
                SectionRequest.Send => settled.Send is not null,
                SectionRequest.Receive => settled.Receive is not null,
                SectionRequest.DataChannels => settled.DataChannels is not null,
                _ => false,
            };
            _outcomes.Add(
                isGranted
                    ? new SectionOutcome.Granted(item.RequestIndex, settled.Mid, settled.Kind)
                    : new SectionOutcome.Refused(item.RequestIndex, settled.Mid, WhyNot(index))
            );
        }
    }

    private string WhyNot(int index)
    {
        var offered = pending.Offer.Sections[index];
        var answered = answer.Sections[index];
        var known = pending.Target.Numbers;
        var decoded = offered.Kind switch
        {
            SdpMediaKind.Audio => known.DecodedAudio,
            SdpMediaKind.Video => known.DecodedVideo,
            SdpMediaKind.Application or SdpMediaKind.Other => null,
            _ => null,
        };
        var section = $"The client refuses the section with mid {offered.Mid}";
        if (!offered.IsRtp)
        {
            return $"{section}, which is for data channels.";
        }

        if (!answered.IsDisabled)
        {
            return $"{section}: it answers {answered.Direction.ToWord()} to {offered.Direction.ToWord()}.";
        }

        var said = decoded is { } lines
            ? $"the client decodes {CodecCatalog.Describe(offered with { Codecs = lines })}"
            : "the client never said what it decodes";
        return $"{section}, which offers {CodecCatalog.Describe(offered)}; {said}.";
    }
}
