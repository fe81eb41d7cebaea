using System.Collections.Immutable;
using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>Sets the requests of a client's offer into the plans of its sections.</summary>
/// <remarks>Stops come first, then what names its section, then what takes a free one, so that the order
/// of a batch does not matter.</remarks>
internal sealed class RequestPlanning(SectionPlan[] plans, List<SectionOutcome> outcomes)
{
    /// <summary>Applies all requests; those that cannot be are refused in the outcomes.</summary>
    public void Apply(ImmutableArray<SectionRequest> requests)
    {
        for (var index = 0; index < requests.Length; index++)
        {
            if (requests[index] is SectionRequest.Stop stop)
            {
                Stop(index, stop.Mid);
            }
        }

        for (var index = 0; index < requests.Length; index++)
        {
            ApplyNamed(index, requests[index]);
        }

        for (var index = 0; index < requests.Length; index++)
        {
            ApplyFree(index, requests[index]);
        }
    }

    private void ApplyNamed(int request, SectionRequest asked)
    {
        switch (asked)
        {
            case SectionRequest.Receive receive:
                Receive(request, receive);
                break;
            case SectionRequest.Send { Mid: { } mid } send:
                SendIn(request, send.Track, mid);
                break;
            case SectionRequest.DataChannels:
                OpenDataChannels(request);
                break;
            default:
                break;
        }
    }

    private void ApplyFree(int request, SectionRequest asked)
    {
        switch (asked)
        {
            case SectionRequest.ReceiveAll:
                ReceiveAll(request);
                break;
            case SectionRequest.Send { Mid: null } send:
                SendAnywhere(request, send.Track);
                break;
            default:
                break;
        }
    }

    private void Stop(int request, string mid)
    {
        var plan = Find(mid);
        if (plan?.Before is not { IsIdle: false } carried || carried.DataChannels is not null)
        {
            Refuse(request, mid, SessionSentences.CarriesNothing(mid));
            return;
        }

        plan.IsStopped = true;
        plan.Receives = false;
        plan.Sends = false;
        outcomes.Add(new SectionOutcome.Granted(request, carried.Mid, carried.Kind));
    }

    private void Receive(int request, SectionRequest.Receive asked)
    {
        if (asked.Mid is not { } mid)
        {
            Refuse(request, null, "To publish with an offer takes the mid of its section.");
        }
        else if (Find(mid) is not { } plan || plan.Offered.IsDisabled)
        {
            Refuse(request, mid, SessionSentences.NoSuchSection(mid));
        }
        else if (!plan.Offered.IsRtp)
        {
            Refuse(
                request,
                mid,
                $"{SectionText.Of(plan.Offered)} carries neither sound nor pictures."
            );
        }
        else if (plan.Receives)
        {
            Refuse(
                request,
                mid,
                $"{SectionText.Of(plan.Offered)} carries a published track already."
            );
        }
        else
        {
            plan.Receives = true;
            plan.ReceiveRequest = request;
            Reserve(plan, asked.Bidirectional);
        }
    }

    private static void Reserve(SectionPlan plan, ReservedSources? sources)
    {
        if (sources is not null && !plan.Sends && plan.Offered.Direction.Receives())
        {
            plan.Sends = true;
            plan.Track = null;
            plan.Reserved = sources;
        }
    }

    private void ReceiveAll(int request)
    {
        foreach (var plan in plans)
        {
            var isNew =
                plan is { IsOffered: true, Receives: false, IsStopped: false }
                && plan.Before is not { StoppedRank: > 0 }
                && plan.Offered.Direction.Sends();
            if (isNew)
            {
                plan.Receives = true;
                plan.ReceiveRequest = request;
            }
        }
    }

    private void SendIn(int request, PlayableTrack track, string mid)
    {
        if (Find(mid) is not { } plan || plan.Offered.IsDisabled)
        {
            Refuse(request, mid, SessionSentences.NoSuchSection(mid));
        }
        else if (!plan.Offered.IsRtp || CodecCatalog.MediaOf(plan.Offered) != track.Kind)
        {
            Refuse(
                request,
                mid,
                $"{SectionText.Of(plan.Offered)} cannot carry {CodecCatalog.NameOf(track.Kind)}."
            );
        }
        else if (!plan.Offered.Direction.Receives())
        {
            Refuse(
                request,
                mid,
                $"{SectionText.Of(plan.Offered)} is {plan.Offered.Direction.ToWord()}; to be sent a track it has to be recvonly or sendrecv."
            );
        }
        else if (plan is { Sends: true, Track: not null })
        {
            Refuse(request, mid, $"{SectionText.Of(plan.Offered)} is sent another track already.");
        }
        else
        {
            Take(plan, request, track);
        }
    }

    private void SendAnywhere(int request, PlayableTrack track)
    {
        if ((FindFree(track, isShared: false) ?? FindFree(track, isShared: true)) is { } plan)
        {
            Take(plan, request, track);
            return;
        }

        var kind = CodecCatalog.NameOf(track.Kind);
        Refuse(
            request,
            null,
            $"The offer has no free {kind} section that is recvonly or sendrecv for this track."
        );
    }

    private static void Take(SectionPlan plan, int request, PlayableTrack track)
    {
        plan.Sends = true;
        plan.SendRequest = request;
        plan.Track = track;
    }

    private void OpenDataChannels(int request)
    {
        SectionPlan? free = null;
        foreach (var plan in plans)
        {
            if (plan.HasDataChannels)
            {
                free = plan;
                break;
            }

            var isApplication =
                plan.Offered is { IsDisabled: false, Kind: SdpMediaKind.Application };
            free ??= isApplication ? plan : null;
        }

        if (free is null)
        {
            Refuse(request, null, "The offer has no m=application section for data channels.");
            return;
        }

        free.HasDataChannels = true;
        free.DataChannelsRequest = request;
    }

    private SectionPlan? FindFree(PlayableTrack track, bool isShared)
    {
        foreach (var plan in plans)
        {
            if (
                plan is { IsOffered: true, Sends: false, IsStopped: false }
                && plan.Receives == isShared
                && plan.Offered.Direction.Receives()
                && CodecCatalog.MediaOf(plan.Offered) == track.Kind
            )
            {
                return plan;
            }
        }

        return null;
    }

    private SectionPlan? Find(string mid)
    {
        foreach (var plan in plans)
        {
            if (string.Equals(plan.Offered.Mid ?? plan.Before?.Mid, mid, StringComparison.Ordinal))
            {
                return plan;
            }
        }

        return null;
    }

    private void Refuse(int request, string? mid, string sentence) =>
        outcomes.Add(new SectionOutcome.Refused(request, mid, sentence));
}
