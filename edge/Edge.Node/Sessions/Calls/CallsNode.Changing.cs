using System.Collections.Immutable;
using Control.Contract;
using Control.Contract.Calls;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Wire.Sdp;

namespace Edge.Node.Sessions.Calls;

/// <content>Closing and updating tracks, and restarting ICE.</content>
internal sealed partial class CallsNode
{
    /// <inheritdoc/>
    public async ValueTask<CallsResult<TracksOutcome>> CloseTracksAsync(
        CloseTracksRequest request,
        CancellationToken cancellation
    )
    {
        if (!TryFind(request.Session, out var session))
        {
            return CallsErrors.Gone;
        }

        if (request.IsForced)
        {
            return await ForceCloseAsync(session, request.Mids, cancellation);
        }

        if (request.Offer is not { IsOffer: true } described)
        {
            return CallsErrors.NoOffer;
        }

        return SessionDescription.TryParse(described.Sdp, out var offer, out var error)
            ? await CloseAsync(session, request.Mids, offer, cancellation)
            : CallsErrors.Unreadable(error.Sentence);
    }

    /// <inheritdoc/>
    public async ValueTask<CallsResult<TracksOutcome>> UpdateTracksAsync(
        UpdateTracksRequest request,
        CancellationToken cancellation
    )
    {
        if (!TryFind(request.Session, out var session))
        {
            return CallsErrors.Gone;
        }

        var outcomes = ImmutableArray.CreateBuilder<TrackOutcome>(request.Tracks.Length);
        foreach (var track in request.Tracks)
        {
            var updated = await UpdateAsync(session, track, cancellation);
            if (!updated.IsDone)
            {
                return updated.Error;
            }

            outcomes.Add(updated.Value);
        }

        return new TracksOutcome(outcomes.MoveToImmutable());
    }

    /// <inheritdoc/>
    public async ValueTask<CallsResult<TracksOutcome>> RestartIceAsync(
        SessionKey session,
        SessionSdp offer,
        CancellationToken cancellation
    )
    {
        if (!TryFind(session, out var found))
        {
            return CallsErrors.Gone;
        }

        if (!offer.IsOffer)
        {
            return CallsErrors.WrongType("offer");
        }

        if (!SessionDescription.TryParse(offer.Sdp, out var description, out var error))
        {
            return CallsErrors.Unreadable(error.Sentence);
        }

        if (await TakeTurnAsync(found, cancellation) is { } refusal)
        {
            return refusal;
        }

        try
        {
            found.Intents.Clear();
            var applied = await ApplyAsync(
                found,
                Answer(found, description, Requested.Transport(description))
            );
            return applied.IsDone
                ? new TracksOutcome([], new SessionSdp(IsOffer: false, applied.Value.Sdp!))
                : applied.Error;
        }
        finally
        {
            found.Gate.Release();
        }
    }

    /// <summary>Ends media at once; sections say so with the next description. Needs no turn: it may come
    /// while an offer is pending.</summary>
    private async ValueTask<CallsResult<TracksOutcome>> ForceCloseAsync(
        CallsSession session,
        ImmutableArray<string> mids,
        CancellationToken cancellation
    )
    {
        if (await EnterAsync(session, cancellation) is { } refusal)
        {
            return refusal;
        }

        try
        {
            var outcomes = ToClose(session, mids, out var open);
            if (open.IsEmpty)
            {
                return new TracksOutcome(outcomes);
            }

            var applied = await ApplyAsync(session, session.Negotiator.ForceStop(open));
            return applied.IsDone ? new TracksOutcome(outcomes) : applied.Error;
        }
        finally
        {
            session.Gate.Release();
        }
    }

    private async ValueTask<CallsResult<TracksOutcome>> CloseAsync(
        CallsSession session,
        ImmutableArray<string> mids,
        SessionDescription offer,
        CancellationToken cancellation
    )
    {
        if (await TakeTurnAsync(session, cancellation) is { } refusal)
        {
            return refusal;
        }

        try
        {
            session.Intents.Clear();
            var outcomes = ToClose(session, mids, out var open);
            ImmutableArray<SectionRequest> stops =
            [
                .. open.Select(mid => new SectionRequest.Stop(mid)),
                .. Requested.Transport(offer),
            ];
            var applied = await ApplyAsync(session, Answer(session, offer, stops));
            return applied.IsDone
                ? new TracksOutcome(outcomes, new SessionSdp(IsOffer: false, applied.Value.Sdp!))
                : applied.Error;
        }
        finally
        {
            session.Gate.Release();
        }
    }

    /// <summary>Which of the sections carry something, and what the request's items come to.</summary>
    private static ImmutableArray<TrackOutcome> ToClose(
        CallsSession session,
        ImmutableArray<string> mids,
        out ImmutableArray<string> open
    )
    {
        var found = ImmutableArray.CreateBuilder<string>();
        var outcomes = ImmutableArray.CreateBuilder<TrackOutcome>(mids.Length);
        foreach (var asked in mids)
        {
            var mid = MidOf(session, asked);
            var published = mid is null ? null : session.FindByMid(mid);
            var pulled = mid is null ? null : session.Pulled.GetValueOrDefault(mid);
            var request = new TrackRequest
            {
                Location = pulled is null ? TrackLocation.Local : TrackLocation.Remote,
                Mid = asked,
            };
            if (mid is null || (published is null && pulled is null))
            {
                outcomes.Add(
                    new TrackOutcome(request) { Mid = asked, Error = CallsErrors.NotOpen }
                );
                continue;
            }

            found.Add(mid);
            outcomes.Add(
                new TrackOutcome(request)
                {
                    Mid = mid,
                    TrackName = published?.Name ?? pulled?.Track.Name,
                }
            );
        }

        open = found.ToImmutable();
        return outcomes.MoveToImmutable();
    }

    /// <summary>Changes one pulled section: its layer, how it is sent, its track, or all of them.</summary>
    private async ValueTask<CallsResult<TrackOutcome>> UpdateAsync(
        CallsSession session,
        TrackRequest request,
        CancellationToken cancellation
    )
    {
        if (request.Location == TrackLocation.Local)
        {
            return Failed(request, CallsErrors.NotPulled);
        }

        var isNamed =
            !string.IsNullOrEmpty(request.SessionId) && !string.IsNullOrEmpty(request.TrackName);
        var found = await FindTargetAsync(session, request, isNamed, cancellation);
        if (await EnterAsync(session, cancellation) is { } refusal)
        {
            return refusal;
        }

        try
        {
            var changes = new List<MediaChange>(2);
            var outcome =
                FindPulled(session, request, isNamed) is { } pulled
                    ? Prefer(pulled, request, changes)
                : found is not { } target || string.IsNullOrEmpty(request.Mid)
                    ? Failed(request, CallsErrors.NotPulled)
                : !target.IsDone ? Failed(request, target.Error!)
                : !CanSwap(session, request.Mid) ? Failed(request, CallsErrors.NotPulled)
                : Carry(session, request, target.Value!, changes);
            return await ApplyAsync(session, changes) ? outcome : CallsErrors.Gone;
        }
        finally
        {
            session.Gate.Release();
        }
    }

    /// <summary>The track that a section is to carry, unless some section carries it already.</summary>
    private async ValueTask<CallsResult<CallsTrack>?> FindTargetAsync(
        CallsSession session,
        TrackRequest request,
        bool isNamed,
        CancellationToken cancellation
    )
    {
        if (await EnterAsync(session, cancellation) is { } refusal)
        {
            return refusal;
        }

        var isPulled = FindPulled(session, request, isNamed) is not null;
        session.Gate.Release();
        if (isPulled || !isNamed)
        {
            return null;
        }

        return await ResolveAsync(session, request, cancellation);
    }

    /// <summary>The section that carries the named track, the one of the request's mid first. Clients name
    /// the publisher's mid at times, so that the name decides; without a name the mid does.</summary>
    private static PulledTrack? FindPulled(CallsSession session, TrackRequest request, bool isNamed)
    {
        var mid = string.IsNullOrEmpty(request.Mid) ? null : MidOf(session, request.Mid);
        var atMid = mid is null ? null : session.Pulled.GetValueOrDefault(mid);
        if (!isNamed)
        {
            return atMid;
        }

        if (atMid is not null && Carries(atMid, request))
        {
            return atMid;
        }

        foreach (var pulled in session.Pulled.Values)
        {
            if (Carries(pulled, request))
            {
                return pulled;
            }
        }

        return null;
    }

    private static bool Carries(PulledTrack pulled, TrackRequest request) =>
        string.Equals(pulled.Track.Publisher.SessionId, request.SessionId, StringComparison.Ordinal)
        && string.Equals(pulled.Track.Name, request.TrackName, StringComparison.Ordinal);

    private static bool CanSwap(CallsSession session, string mid) =>
        MidOf(session, mid) is { } found && session.Pulled.ContainsKey(found);

    private static TrackOutcome Prefer(
        PulledTrack pulled,
        TrackRequest request,
        List<MediaChange> changes
    )
    {
        if (request.Simulcast is not null)
        {
            pulled.Choice = request.Simulcast;
            changes.Add(Preference(pulled)!);
        }

        if (request.Delivery is not null)
        {
            pulled.Delivery = pulled.Delivery.Then(request.Delivery);
            changes.Add(new MediaChange.Deliver(pulled, pulled.Terms));
        }

        var outcome = new TrackOutcome(request)
        {
            Mid = pulled.Mid,
            TrackName = pulled.Track.Name,
            Kind = KindNames.Of(pulled.Track.Stream.Description.Kind),
        };
        return Tell(outcome, pulled.Track, pulled.Delivery);
    }
}
