using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Control.Contract;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;
using Edge.Wire.Sdp;

namespace Edge.Node.Sessions;

/// <content>Making sessions: publishing and playing.</content>
public sealed partial class MediaNode
{
    /// <inheritdoc/>
    public ValueTask<SessionResult> PublishAsync(
        SessionRequest request,
        CancellationToken cancellation
    ) => ValueTask.FromResult(Publish(request));

    /// <inheritdoc/>
    public async ValueTask<SessionResult> PlayAsync(
        SessionRequest request,
        CancellationToken cancellation
    )
    {
        if (_state.StreamDesk is not { } desk)
        {
            return Play(request);
        }

        var isHeard = desk.IsHeard(request.Stream);
        if (!isHeard || _state.Streams.Playable(request.Stream).IsEmpty)
        {
            isHeard |= await desk.FindAsync(request.Stream).WaitAsync(cancellation);
        }

        return isHeard ? Play(request) : NoPublisher();
    }

    private SessionResult Publish(SessionRequest request)
    {
        if (IsFull(out var refusal))
        {
            return refusal;
        }

        if (_state.Publishers >= Options.PublishersMax)
        {
            return Overloaded("The node takes no more publishers now.");
        }

        if (!SessionDescription.TryParse(request.OfferSdp, out var offer, out var error))
        {
            return Malformed(error);
        }

        var random = _factory.Fork();
        var credentials = _factory.DrawCredentials(random);
        var result = PublishNegotiator.Answer(
            offer,
            _factory.Describe(_factory.Identities.Own, credentials),
            PublishPolicy.Default
        );
        if (result is not NegotiationResult<PublishAgreement>.Agreed agreed)
        {
            return Refused((NegotiationResult<PublishAgreement>.Refused)result);
        }

        var agreement = agreed.Agreement;
        var session = CreateSession(
            request.Stream,
            SessionRole.Publisher,
            credentials,
            agreement.Remote,
            agreement.Media,
            random.NextToken(SessionFactory.NameLength),
            random
        );
        _factory.Know(session, credentials);
        _state.Apply(_state.Streams.Publish(session, agreement.Media));
        _state.StreamDesk?.HandlePublished(session.Stream, _state.Clock.Now());
        Give(session);
        return new SessionResult.Created(
            session.Id,
            agreed.AnswerSdp,
            credentials.UsernameFragment
        );
    }

    private SessionResult Play(SessionRequest request)
    {
        if (IsFull(out var refusal))
        {
            return refusal;
        }

        if (!SessionDescription.TryParse(request.OfferSdp, out var offer, out var error))
        {
            return Malformed(error);
        }

        var sources = _state.Streams.Playable(request.Stream);
        if (sources.IsEmpty)
        {
            return NoPublisher();
        }

        var random = _factory.Fork();
        var credentials = _factory.DrawCredentials(random);
        var cname = random.NextToken(SessionFactory.NameLength);
        var result = PlayNegotiator.Answer(
            offer,
            Playable(sources, random),
            _factory.Describe(_factory.Identities.Own, credentials),
            new PlayPolicy(random.NextToken(SessionFactory.NameLength), cname)
        );
        if (result is not NegotiationResult<PlayAgreement>.Agreed agreed)
        {
            return Refused((NegotiationResult<PlayAgreement>.Refused)result);
        }

        var agreement = agreed.Agreement;
        var session = CreateSession(
            request.Stream,
            SessionRole.Player,
            credentials,
            agreement.Remote,
            agreement.Media,
            cname,
            random
        );
        session.Played = Subscribe(session, agreement.Media, sources, random);
        _factory.Know(session, credentials);
        if (!_state.Streams.TryAddPlayer(session))
        {
            _state.Forget(session);
            session.Peer.Dispose();
            return NoPublisher();
        }

        Give(session);
        return new SessionResult.Created(
            session.Id,
            agreed.AnswerSdp,
            credentials.UsernameFragment
        );
    }

    private Session CreateSession(
        StreamKey stream,
        SessionRole role,
        IceCredentials credentials,
        RemoteTransport remote,
        ImmutableArray<MediaAgreement> media,
        string cname,
        Prng random
    ) =>
        _factory.Create(
            new SessionFactory.SessionPlan(
                _factory.DrawId(random),
                stream,
                role,
                _factory.Identities.Own,
                credentials,
                remote,
                media,
                cname
            ),
            random
        );

    private void Give(Session session)
    {
        LogCreated(_logger, session.Role, session.LogId);
        _factory.Give(session);
    }

    private static PlayableTrack[] Playable(ImmutableArray<TrackSource> sources, Prng random)
    {
        var tracks = new PlayableTrack[sources.Length];
        for (var index = 0; index < tracks.Length; index++)
        {
            tracks[index] = SentTracks.Offer(sources[index].Track, sources[index].Codec, random);
        }

        return tracks;
    }

    private static PlayedTrack[] Subscribe(
        Session session,
        ImmutableArray<MediaAgreement> media,
        ImmutableArray<TrackSource> sources,
        Prng random
    )
    {
        var played = new PlayedTrack[media.Length];
        for (var stream = 0; stream < played.Length; stream++)
        {
            played[stream] = new PlayedTrack(
                session,
                stream,
                media[stream],
                sources[media[stream].TrackIndex].Track,
                SentTracks.Subscribe(media[stream], random)
            );
        }

        return played;
    }

    private bool IsFull([NotNullWhen(true)] out SessionResult? refusal)
    {
        refusal = _factory.IsFull(out var reason) ? Overloaded(reason) : null;
        return refusal is not null;
    }

    private SessionResult.Refused Overloaded(string detail) =>
        new(RefusalReason.Overloaded, detail, Options.OverloadedRetryAfter);

    private SessionResult.Refused NoPublisher() =>
        new(
            RefusalReason.NoPublisher,
            "Nobody publishes this stream now.",
            Options.NoPublisherRetryAfter
        );

    private static SessionResult.Refused Malformed(SdpParseError? error) =>
        new(RefusalReason.Malformed, error?.Sentence ?? "The offer cannot be read.");

    private static SessionResult.Refused Refused<TAgreement>(
        NegotiationResult<TAgreement>.Refused refused
    )
        where TAgreement : class =>
        new(
            refused.Kind == NegotiationRefusal.Malformed
                ? RefusalReason.Malformed
                : RefusalReason.Unsupported,
            refused.Sentence
        );
}
