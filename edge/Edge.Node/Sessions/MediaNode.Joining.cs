using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Control.Contract;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport;
using Edge.Wire.Sdp;

namespace Edge.Node.Sessions;

/// <content>Making sessions: publishing and playing.</content>
public sealed partial class MediaNode
{
    /// <summary>Length of the stream id and canonical name that a session's SDP and reports carry:
    /// 96 random bits (RFC 7022 §4.2 asks for that many).</summary>
    private const int NameLength = 16;

    /// <inheritdoc/>
    public ValueTask<SessionResult> PublishAsync(
        SessionRequest request,
        CancellationToken cancellation
    ) => ValueTask.FromResult(Publish(request));

    /// <inheritdoc/>
    public ValueTask<SessionResult> PlayAsync(
        SessionRequest request,
        CancellationToken cancellation
    ) => ValueTask.FromResult(Play(request));

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

        var random = _names.Fork();
        var credentials = IceCredentials.Create(_names.Fragment(random), random);
        var result = PublishNegotiator.Answer(
            offer,
            LocalTransport(credentials),
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
            random.NextToken(NameLength),
            random
        );
        _state.Apply(_state.Streams.Publish(session, agreement.Media));
        Register(session, credentials);
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

        var random = _names.Fork();
        var credentials = IceCredentials.Create(_names.Fragment(random), random);
        var cname = random.NextToken(NameLength);
        var result = PlayNegotiator.Answer(
            offer,
            Playable(sources, random),
            LocalTransport(credentials),
            new PlayPolicy(random.NextToken(NameLength), cname)
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
        if (!_state.Streams.TryAddPlayer(session))
        {
            session.Peer.Dispose();
            return NoPublisher();
        }

        Register(session, credentials);
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
    )
    {
        var isPublisher = role == SessionRole.Publisher;
        var settings = new PeerSettings
        {
            IceMode = IceMode.Lite,
            LocalCredentials = credentials,
            Remote = remote,
            Receives = isPublisher ? media : [],
            Sends = isPublisher ? [] : media,
            ReportSsrc = new Ssrc(random.NextUInt32()),
            Cname = cname,
            Transport = new PeerTransportOptions
            {
                ConnectTimeout = Options.ConnectTimeout,
                IdleTimeout = Options.IdleTimeout,
                Liveness = isPublisher ? PeerLiveness.ConsentOrMedia : PeerLiveness.Consent,
            },
        };
        var id = _names.SessionId(random);
        var peer = _peers.Create(settings, random, _state.Clock.Now());
        var shard = (int)((uint)Interlocked.Increment(ref _nextShard) % (uint)Options.Shards);
        return new Session(id, stream, role, peer, credentials.UsernameFragment, shard)
        {
            Media = media,
            RemoteFragment = remote.UsernameFragment,
        };
    }

    private void Register(Session session, IceCredentials credentials)
    {
        _state.Register(session, credentials.UsernameFragment);
        LogCreated(_logger, session.Role, session.LogId);
        if (_pending.Add(session) is { } displaced)
        {
            _state
                .Shards[displaced.OwnerShard]
                .Post(
                    new Shards.ShardCommand.Close(displaced, PeerClosedReason.Requested, Done: null)
                );
        }
    }

    private static PlayableTrack[] Playable(ImmutableArray<TrackSource> sources, Prng random)
    {
        var tracks = new PlayableTrack[sources.Length];
        for (var index = 0; index < tracks.Length; index++)
        {
            var source = sources[index];
            tracks[index] = new PlayableTrack(
                source.Track.Description.Kind,
                source.Codec,
                random.NextToken(NameLength),
                new Ssrc(random.NextUInt32()),
                new Ssrc(random.NextUInt32())
            );
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
            // The first number stays below 2^15, so that the receiver's first guess of the rollover
            // counter is right even if the first packets are lost (RFC 3711 §3.3.1).
            var firstSequence = unchecked((ushort)(random.NextUInt32() & 0x7FFF));
            played[stream] = new PlayedTrack(
                session,
                stream,
                media[stream],
                sources[media[stream].TrackIndex].Track,
                new Subscription(new SequenceNumber(firstSequence), random.NextUInt32())
                {
                    TakesTelephoneEvents = media[stream].TelephoneEventPayloadType is not null,
                }
            );
        }

        return played;
    }

    private bool IsFull([NotNullWhen(true)] out SessionResult? refusal)
    {
        refusal =
            _stopping.IsCancellationRequested ? Overloaded("The node is stopping.")
            : _state.Sessions.Count >= Options.SessionsMax
                ? Overloaded("The node takes no more sessions now.")
            : null;
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
