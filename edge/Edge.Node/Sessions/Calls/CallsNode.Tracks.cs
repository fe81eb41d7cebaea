using System.Collections.Immutable;
using Control.Contract.Calls;
using Edge.Forwarding.LayerSelection;
using Edge.Node.MeshLink;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Wire.Sdp;

namespace Edge.Node.Sessions.Calls;

/// <content>Publishing and pulling.</content>
internal sealed partial class CallsNode
{
    /// <summary>A name that negotiation never takes for a layer (RFC 8851 allows letters and digits).</summary>
    private static readonly Rid NoSuchRid = Rid.Create("?");

    /// <inheritdoc/>
    public async ValueTask<CallsResult<TracksOutcome>> NewTracksAsync(
        NewTracksRequest request,
        CancellationToken cancellation
    )
    {
        if (!TryFind(request.Session, out var session))
        {
            return CallsErrors.Gone;
        }

        SessionDescription? offer = null;
        if (request.Offer is { } described)
        {
            if (!described.IsOffer)
            {
                return CallsErrors.WrongType("offer");
            }

            if (!SessionDescription.TryParse(described.Sdp, out offer, out var error))
            {
                return CallsErrors.Unreadable(error?.Sentence);
            }
        }

        var isPull =
            !request.DiscoversTracks
            && !request.Tracks.IsEmpty
            && request.Tracks[0].Location == TrackLocation.Remote;
        return isPull
            ? await PullAsync(session, request.Tracks, offer, cancellation)
            : await PushAsync(session, request, offer, cancellation);
    }

    private async ValueTask<CallsResult<TracksOutcome>> PushAsync(
        CallsSession session,
        NewTracksRequest request,
        SessionDescription? offer,
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
            if (request.DiscoversTracks)
            {
                return offer is null ? CallsErrors.NoOffer : await DiscoverAsync(session, offer);
            }

            var requested = AskToPublish(session, request.Tracks, offer);
            return await ConcludeAsync(session, request.Tracks, requested, offer);
        }
        finally
        {
            session.Gate.Release();
        }
    }

    /// <summary>Every new sending section becomes a track. The names are drawn first, one for each
    /// section, because the step's changes already need them.</summary>
    private async ValueTask<CallsResult<TracksOutcome>> DiscoverAsync(
        CallsSession session,
        SessionDescription offer
    )
    {
        foreach (var section in offer.Sections)
        {
            if (section.Mid is { } mid)
            {
                var name = DrawName(session.Random);
                session.Intents[mid] = new SectionIntent.Publish(name);
            }
        }

        NoteContent(session, offer);
        ImmutableArray<SectionRequest> requests =
        [
            new SectionRequest.ReceiveAll(),
            .. Requested.Transport(offer),
        ];
        var applied = await ApplyAsync(session, Answer(session, offer, requests));
        if (!applied.IsDone)
        {
            return applied.Error;
        }

        var tracks = ImmutableArray.CreateBuilder<TrackOutcome>();
        foreach (var outcome in applied.Value.Outcomes)
        {
            if (
                outcome is SectionOutcome.Granted { Kind: not SdpMediaKind.Application } granted
                && session.Intents[granted.Mid] is SectionIntent.Publish named
            )
            {
                var found = new TrackRequest { Location = TrackLocation.Local };
                tracks.Add(
                    new TrackOutcome(found)
                    {
                        Mid = granted.Mid,
                        TrackName = named.Name,
                        Kind = KindNames.Of(granted.Kind),
                        Content = named.Content,
                    }
                );
            }
        }

        session.Intents.Clear();
        return new TracksOutcome(
            tracks.ToImmutable(),
            new SessionSdp(IsOffer: false, applied.Value.Sdp!)
        );
    }

    private static Requested AskToPublish(
        CallsSession session,
        ImmutableArray<TrackRequest> tracks,
        SessionDescription? offer
    )
    {
        var hasOffer = offer is not null;
        var requested = new Requested(tracks.Length);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var item = 0; item < tracks.Length; item++)
        {
            var track = tracks[item];
            var kind = KindNames.Parse(track.Kind);
            var refusal =
                string.IsNullOrEmpty(track.TrackName) ? CallsErrors.NoName
                : session.IsTaken(track.TrackName) || !names.Add(track.TrackName)
                    ? CallsErrors.Repeated
                : hasOffer && string.IsNullOrEmpty(track.Mid) ? CallsErrors.NoSection
                : !hasOffer && kind is null ? CallsErrors.NoKind
                : track.IsEncrypted && PrefersRedundancy(offer, track.Mid)
                    ? CallsErrors.NoRedundancy
                : null;
            if (refusal is not null)
            {
                requested.Refuse(item, track, refusal);
                continue;
            }

            var receive = new SectionRequest.Receive(hasOffer ? track.Mid : null, kind)
            {
                Bidirectional = track.IsBidirectional ? Reserve(session.Random) : null,
            };
            requested.Add(item, receive);
            if (hasOffer)
            {
                session.Intents[track.Mid!] = ToPublish(track);
            }
        }

        return requested;
    }

    /// <summary>Whether a section of an offer would be agreed with redundant sound, by what it has first.</summary>
    private static bool PrefersRedundancy(SessionDescription? offer, string? mid)
    {
        foreach (var section in offer?.Sections ?? [])
        {
            if (string.Equals(section.Mid, mid, StringComparison.Ordinal))
            {
                return section.Codecs.FirstOrDefault() is { } first && first.Is("red");
            }
        }

        return false;
    }

    private async ValueTask<CallsResult<TracksOutcome>> PullAsync(
        CallsSession session,
        ImmutableArray<TrackRequest> tracks,
        SessionDescription? offer,
        CancellationToken cancellation
    )
    {
        var found = await Task.WhenAll(
            tracks.Select(track => ResolveAsync(session, track, cancellation))
        );
        if (await TakeTurnAsync(session, cancellation) is { } refusal)
        {
            return refusal;
        }

        try
        {
            session.Intents.Clear();
            var requested = new Requested(tracks.Length);
            var carried = new List<MediaChange>();
            for (var item = 0; item < tracks.Length; item++)
            {
                var track = tracks[item];
                if (!found[item].IsDone)
                {
                    requested.Refuse(item, track, found[item].Error!);
                }
                else if (offer is null && !string.IsNullOrEmpty(track.Mid))
                {
                    var outcome = Carry(session, track, found[item].Value!, carried);
                    requested.Settle(item, outcome);
                }
                else
                {
                    var playable = Playable(found[item].Value!, session.Random);
                    requested.Add(item, new SectionRequest.Send(playable, track.Mid));
                }
            }

            return await ApplyAsync(session, carried)
                ? await ConcludeAsync(session, tracks, requested, offer, found)
                : CallsErrors.Gone;
        }
        finally
        {
            session.Gate.Release();
        }
    }

    /// <summary>Takes the step that was asked for, and settles each item by what became of it.</summary>
    private async ValueTask<CallsResult<TracksOutcome>> ConcludeAsync(
        CallsSession session,
        ImmutableArray<TrackRequest> tracks,
        Requested requested,
        SessionDescription? offer,
        CallsResult<CallsTrack>[]? found = null
    )
    {
        if (offer is null && requested.IsEmpty)
        {
            return new TracksOutcome(requested.Outcomes);
        }

        SessionStep step;
        if (offer is null)
        {
            step = Offer(session, requested.Sections);
        }
        else
        {
            requested.AddTransport(offer);
            step = Answer(session, offer, requested.Sections);
        }

        if (step is SessionStep.Taken taken)
        {
            Settle(session, tracks, requested, taken.Change, found);
            if (offer is not null)
            {
                NoteContent(session, offer);
            }
        }

        var applied = await ApplyAsync(session, step);
        if (!applied.IsDone)
        {
            return applied.Error;
        }

        if (offer is not null)
        {
            session.Intents.Clear();
        }

        return new TracksOutcome(
            requested.Outcomes,
            applied.Value.Sdp is { } sdp ? new SessionSdp(offer is null, sdp) : null
        );
    }

    private static void Settle(
        CallsSession session,
        ImmutableArray<TrackRequest> tracks,
        Requested requested,
        SessionChange change,
        CallsResult<CallsTrack>[]? found
    )
    {
        foreach (var outcome in change.Outcomes)
        {
            var item = requested.ItemOf(outcome.RequestIndex);
            if (item < 0)
            {
                continue;
            }

            var track = tracks[item];
            if (outcome is SectionOutcome.Refused refused)
            {
                requested.Refuse(
                    item,
                    track,
                    new CallsError(CallsErrorCode.InvalidParams, refused.Sentence)
                );
                continue;
            }

            var granted = (SectionOutcome.Granted)outcome;
            var pulled = found?[item].Value;
            session.Intents[granted.Mid] = pulled is null
                ? ToPublish(track)
                : new SectionIntent.Pull(pulled, track.Simulcast, track.Delivery);
            var settled = new TrackOutcome(track)
            {
                Mid = granted.Mid,
                TrackName = track.TrackName,
                Kind = KindNames.Of(granted.Kind),
            };
            requested.Settle(
                item,
                pulled is null
                    ? settled with
                    {
                        Content = track.Content,
                        IsEncrypted = track.IsEncrypted,
                    }
                    : Tell(settled, pulled, track.Delivery ?? new DeliveryChoice())
            );
        }
    }

    private static SectionIntent.Publish ToPublish(TrackRequest track) =>
        new(track.TrackName!, track.Content, track.IsEncrypted);

    /// <summary>Adds to what became of a pull what the track is, and how it is sent.</summary>
    private static TrackOutcome Tell(
        TrackOutcome outcome,
        CallsTrack track,
        DeliveryChoice delivery
    ) =>
        outcome with
        {
            Content = track.Content,
            IsEncrypted = track.IsEncrypted,
            Delivery = PulledTrack.InForce(track, delivery),
        };

    /// <summary>Finds a track to pull, waiting for its name and its first packet.</summary>
    private async Task<CallsResult<CallsTrack>> ResolveAsync(
        CallsSession session,
        TrackRequest request,
        CancellationToken cancellation
    )
    {
        if (string.IsNullOrEmpty(request.SessionId) || string.IsNullOrEmpty(request.TrackName))
        {
            return CallsErrors.NoSource;
        }

        var question = new TrackQuestion(
            session.AppId,
            request.SessionId,
            request.TrackName,
            session.Group
        )
        {
            TakesEncrypted = true,
        };
        var found = await SearchAsync(question, cancellation);
        if (found.Error != CallsErrors.Moved)
        {
            return found;
        }

        // Its session moved while it was waited for; others may have heard of that later than this.
        var again = await SearchAsync(question, cancellation);
        return again.Error == CallsErrors.NotFound ? found : again;
    }

    private ValueTask<CallsResult<CallsTrack>> SearchAsync(
        TrackQuestion question,
        CancellationToken cancellation
    ) =>
        state.Desk is { } desk && desk.IsElsewhere(question.SessionId)
            ? desk.FindTrackAsync(question, Limits.MediaWait, cancellation)
            : FindTrackAsync(question, cancellation);

    /// <inheritdoc/>
    public async ValueTask<CallsResult<CallsTrack>> FindTrackAsync(
        TrackQuestion question,
        CancellationToken cancellation
    ) =>
        TryFindPublisher(question.AppId, question.Group, question.SessionId, out var publisher)
            ? await AwaitAsync(
                Limits.MediaWait,
                () => LookForTrack(publisher, question.TrackName),
                cancellation
            )
            : NoneOf(question.SessionId, CallsErrors.NotFound);

    private static Outlook<CallsResult<CallsTrack>> LookForTrack(
        CallsSession publisher,
        string name
    )
    {
        var news = publisher.News;
        var isThere = publisher.TryFind(name, out var track);
        if (publisher.IsOver)
        {
            return new(NoneOf(publisher, CallsErrors.NotFound));
        }

        if (!isThere)
        {
            return new(CallsErrors.NotFound, news);
        }

        var started = track!.Stream.Started;
        return started.IsCompleted
            ? new(track)
            : new(CallsErrors.Empty, Task.WhenAny(news, started));
    }

    /// <summary>What is said of something of a session that is not here: it may have gone since it was looked up.</summary>
    private CallsError NoneOf(string sessionId, CallsError notFound) =>
        state.Adoptions?.TryFindHolder(sessionId, out _) == true ? CallsErrors.Moved : notFound;

    /// <summary>What is said of something that a session does not have any more.</summary>
    private static CallsError NoneOf(CallsSession publisher, CallsError notFound) =>
        publisher.Fate == CallsSessionFate.Moved ? CallsErrors.Moved : notFound;

    /// <summary>Puts a track into a section that is agreed already, without SDP.</summary>
    private static TrackOutcome Carry(
        CallsSession session,
        TrackRequest request,
        CallsTrack track,
        List<MediaChange> changes
    )
    {
        var mid = MidOf(session, request.Mid!);
        if (mid is null)
        {
            return Failed(request, CallsErrors.NoSection);
        }

        var carried = session.Negotiator.Carry(mid, Playable(track, session.Random));
        if (carried is CarryResult.Impossible impossible)
        {
            return Failed(request, new CallsError(CallsErrorCode.UpdateTrack, impossible.Sentence));
        }

        var media = ((CarryResult.Possible)carried).Media;
        if (session.Pulled.TryGetValue(mid, out var pulled))
        {
            pulled.Track = track;
            pulled.Choice = request.Simulcast ?? pulled.Choice;
            pulled.Delivery = pulled.Delivery.Then(request.Delivery);
            changes.Add(new MediaChange.Retarget(pulled, track.Stream, media, pulled.Terms));
            if (Preference(pulled) is { } preference)
            {
                changes.Add(preference);
            }
        }
        else
        {
            var intent = new SectionIntent.Pull(track, request.Simulcast, request.Delivery);
            Play(session, mid, intent, media, changes);
        }

        var outcome = new TrackOutcome(request)
        {
            Mid = mid,
            TrackName = request.TrackName,
            Kind = KindNames.Of(media.Kind),
        };
        return Tell(outcome, track, session.Pulled[mid].Delivery);
    }

    /// <summary>The section a request means: its mid, or with "#name" that of a published track.</summary>
    private static string? MidOf(CallsSession session, string mid)
    {
        if (mid.StartsWith('#'))
        {
            return session.TryFind(mid[1..], out var track) ? track.Mid : null;
        }

        return session.Negotiator.Find(mid) is null ? null : mid;
    }

    private static TrackOutcome Failed(TrackRequest request, CallsError error) =>
        new(request) { TrackName = request.TrackName, Error = error };

    private static PlayableTrack Playable(CallsTrack track, Prng random) =>
        SentTracks.Offer(track.Stream, track.Stream.Codec, random);

    private static ReservedSources Reserve(Prng random) =>
        new(
            random.NextToken(SessionFactory.NameLength),
            new Ssrc(random.NextUInt32()),
            new Ssrc(random.NextUInt32())
        );

    private static MediaChange.Prefer? Preference(PulledTrack pulled)
    {
        if (pulled.Choice is not { } choice)
        {
            return null;
        }

        var fallback =
            string.IsNullOrEmpty(choice.PreferredRid) ? LayerFallback.Quality
            : choice.HasFallback ? LayerFallback.Alphabetical
            : LayerFallback.None;
        return new MediaChange.Prefer(
            pulled,
            RidOf(choice.PreferredRid),
            fallback,
            choice.HasPriorityOrder
        );
    }

    /// <summary>The rid of a text; one that no rid can be is like one that the publisher does not have.</summary>
    private static Rid RidOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return default;
        }

        return Token16.TryCreate(text, out var token) ? new Rid(token) : NoSuchRid;
    }

    /// <summary>A name as first-party clients accept it: 128 random bits in hexadecimal digits.</summary>
    private static string DrawName(Prng random) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{random.NextUInt64():x16}{random.NextUInt64():x16}"
        );
}
