using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Negotiation.Offering;
using Edge.Protocol.Srtp;
using Edge.Protocol.Transport;
using Edge.Testing.Clients.Watching;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Testing.Clients;

/// <summary>Makes clients that negotiate by offer and answer, as WHIP and WHEP clients do.</summary>
public sealed class ClientFactory(
    IDtlsEngineFactory dtls,
    ISrtpCipherFactory ciphers,
    ClockAnchor clock,
    Prng random
)
{
    private readonly PeerFactory _peers = new(dtls, ciphers, clock);

    /// <summary>Whether players send back what browsers do, as often (<see cref="BrowserFeedback"/>). Default false: they
    /// send what a server would.</summary>
    public bool WatchesLikeBrowsers { get; init; }

    /// <summary>The usual sections: Opus and VP8.</summary>
    public static ImmutableArray<OfferedTrack> AudioVideo { get; } =
    [
        new OfferedTrack(MediaKind.Audio, [new OfferedCodec(CodecKind.Opus)]),
        new OfferedTrack(MediaKind.Video, [new OfferedCodec(CodecKind.Vp8)]),
    ];

    /// <summary>Draws the credentials of another ICE session, for a restart.</summary>
    public IceCredentials DrawCredentials() => IceCredentials.Create(random);

    /// <summary>Offers to publish.</summary>
    /// <param name="options">The sections.</param>
    /// <param name="candidates">Addresses to name; none by default, as browsers with mDNS names do.</param>
    public ClientOffer OfferPublish(
        OfferOptions options,
        params ImmutableArray<NetworkAddress> candidates
    )
    {
        var credentials = IceCredentials.Create(random);
        var local = Local(credentials) with { CandidateAddresses = candidates };
        var offer = OfferWriter.Publish(Declare(options), local);
        return new ClientOffer(credentials, offer, IsPublisher: true);
    }

    /// <summary>Offers to play.</summary>
    public ClientOffer OfferPlay(OfferOptions options)
    {
        var credentials = IceCredentials.Create(random);
        var offer = OfferWriter.Play(options, Local(credentials));
        return new ClientOffer(credentials, offer, IsPublisher: false);
    }

    /// <summary>Offers to send and to receive in the same sections.</summary>
    public ClientOffer OfferTalk(OfferOptions options)
    {
        var offer = OfferPublish(options);
        var sections = offer.Description.Sections.Select(section =>
            section with
            {
                Direction = SdpDirection.SendReceive,
            }
        );
        return offer with { Description = offer.Description with { Sections = [.. sections] } };
    }

    /// <summary>A client of the session and track API, whose tracks come one offer after the other.</summary>
    public SessionClient CreateSession()
    {
        var credentials = IceCredentials.Create(random);
        return new SessionClient(
            Local(credentials),
            (remote, sends, now) =>
                _peers.Create(
                    Settings(remote) with
                    {
                        LocalCredentials = credentials,
                        Sends = sends,
                    },
                    random.Fork(),
                    now
                ),
            random.Fork()
        );
    }

    /// <summary>Takes the answer and makes the client; throws where a real client would give up.</summary>
    /// <param name="offer">What was offered.</param>
    /// <param name="answerSdp">What the server answered.</param>
    /// <param name="now">The client's time.</param>
    /// <param name="streams">What a publisher sends, in the order of sections and rids.</param>
    public MediaClient Connect(
        ClientOffer offer,
        string answerSdp,
        Instant now,
        params ClientStream[] streams
    )
    {
        if (!SessionDescription.TryParse(answerSdp, out var answer, out var error))
        {
            throw new TestingException($"The answer cannot be read: {error}");
        }

        var settings = offer.IsPublisher
            ? Publishing(Agreed(AgreementReader.ReadPublish(offer.Description, answer)))
            : Playing(Agreed(AgreementReader.ReadPlay(offer.Description, answer)));
        if (
            offer.IsPublisher
            && offer.Description.Sections.Any(section => section.Direction.Receives())
        )
        {
            var played = Agreed(AgreementReader.ReadPlay(offer.Description, answer));
            settings = settings with { Receives = played.Media };
        }

        var peer = _peers.Create(
            settings with
            {
                LocalCredentials = offer.Credentials,
            },
            random.Fork(),
            now
        );
        var client = new MediaClient(peer, streams) { Feedback = Watching(settings) };
        if (offer.Description.Sections.Any(section => section.Kind == SdpMediaKind.Application))
        {
            client.Attach(new ClientChannels(peer.Transport.DtlsRole, random.Fork()), now);
        }

        return client;
    }

    /// <summary>Answers a server that offers to send, and makes the client that receives.</summary>
    /// <remarks>The server is the controlling side then: the client waits for its checks.</remarks>
    public ClientAnswer AnswerPlay(string offerSdp, NetworkAddress candidate, Instant now)
    {
        if (!SessionDescription.TryParse(offerSdp, out var offer, out var error))
        {
            throw new TestingException($"The offer cannot be read: {error}");
        }

        var credentials = IceCredentials.Create(random);
        var local = Local(credentials) with { CandidateAddresses = [candidate], IsIceLite = true };
        // What a server takes from a publisher is just what a player takes from this server.
        var result = PublishNegotiator.Answer(offer, local, PublishPolicy.Default);
        var agreement = Agreed(result);
        var settings = Settings(agreement.Remote) with
        {
            IceMode = IceMode.Lite,
            LocalCredentials = credentials,
            Receives = agreement.Media,
        };
        var answer = (NegotiationResult<PublishAgreement>.Agreed)result;
        var client = new MediaClient(_peers.Create(settings, random.Fork(), now))
        {
            Feedback = Watching(settings),
        };
        return new(answer.AnswerSdp, client);
    }

    /// <summary>Answers this server's offer to send, as clients of the session and track API do, and makes
    /// the client that receives.</summary>
    /// <param name="offerSdp">The offer.</param>
    /// <param name="now">The client's time.</param>
    /// <param name="takesRedundancy">Whether it decodes redundant sound where that is offered.</param>
    public ClientAnswer AnswerPull(string offerSdp, Instant now, bool takesRedundancy = false)
    {
        if (!SessionDescription.TryParse(offerSdp, out var offer, out var error))
        {
            throw new TestingException($"The offer cannot be read: {error}");
        }

        if (takesRedundancy)
        {
            // What it decodes it also prefers, as a page does that asks for it.
            var sections = offer.Sections.Select(section =>
                section with
                {
                    Codecs = [.. section.Codecs.OrderBy(codec => codec.Is("red") ? 0 : 1)],
                }
            );
            offer = offer with { Sections = [.. sections] };
        }

        var credentials = IceCredentials.Create(random);
        var result = PublishNegotiator.Answer(
            offer,
            Local(credentials),
            PublishPolicy.Default with
            {
                TracksPerKindMax = 32,
            }
        );
        var agreement = Agreed(result);
        var settings = Settings(agreement.Remote) with
        {
            LocalCredentials = credentials,
            Receives = agreement.Media,
        };
        var answer = (NegotiationResult<PublishAgreement>.Agreed)result;
        return new(answer.AnswerSdp, new MediaClient(_peers.Create(settings, random.Fork(), now)));
    }

    private BrowserFeedback? Watching(PeerSettings settings) =>
        WatchesLikeBrowsers && settings.Receives.Length > 0
            ? new BrowserFeedback(settings.Receives, random.Fork())
            : null;

    private OfferOptions Declare(OfferOptions options)
    {
        var tracks = ImmutableArray.CreateBuilder<OfferedTrack>();
        foreach (var track in options.Tracks)
        {
            var needsSource = track.Rids.IsEmpty && track.LocalSsrc is null;
            tracks.Add(
                needsSource
                    ? track with
                    {
                        LocalSsrc = new Ssrc(random.NextUInt32()),
                        LocalRtxSsrc =
                            track.Kind == MediaKind.Video ? new Ssrc(random.NextUInt32()) : null,
                    }
                    : track
            );
        }

        return options with
        {
            Tracks = tracks.ToImmutable(),
        };
    }

    private LocalTransportDescription Local(IceCredentials credentials) =>
        new(
            credentials.UsernameFragment,
            credentials.Password,
            _peers.LocalFingerprint,
            CandidateAddresses: [],
            IsIceLite: false
        );

    private PeerSettings Publishing(PublishAgreement agreement) =>
        Settings(agreement.Remote) with
        {
            Sends = agreement.Media,
        };

    private PeerSettings Playing(PlayAgreement agreement) =>
        Settings(agreement.Remote) with
        {
            Receives = agreement.Media,
        };

    private PeerSettings Settings(RemoteTransport remote) =>
        new()
        {
            IceMode = IceMode.Controlling,
            LocalCredentials = new IceCredentials("", ""),
            Remote = remote,
            ReportSsrc = new Ssrc(random.NextUInt32()),
            Cname = "client",
        };

    private static TAgreement Agreed<TAgreement>(NegotiationResult<TAgreement> result)
        where TAgreement : class =>
        result switch
        {
            NegotiationResult<TAgreement>.Agreed agreed => agreed.Agreement,
            NegotiationResult<TAgreement>.Refused refused => throw new TestingException(
                $"The client refuses the answer: {refused.Sentence}"
            ),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
