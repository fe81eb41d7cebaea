using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Protocol.Transport;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;

namespace Edge.Testing.Clients;

/// <summary>A client of the session and track API: it publishes sound and pictures by an offer of its own, then takes
/// what it pulls by the server's offers, all over one connection, as apps do.</summary>
/// <remarks>Negotiation may run on any one thread at a time; what it says of received sections has to be given to
/// the client (<see cref="MediaClient.AddPlayed"/>) by whoever drives that, before the server has the answer.</remarks>
public sealed class SessionClient
{
    private readonly SessionNegotiator _negotiator = new(
        new SessionPolicy { Cname = "client", AddsAnchor = false }
    );
    private readonly LocalTransportDescription _local;
    private readonly Func<RemoteTransport, ImmutableArray<MediaAgreement>, Instant, Peer> _create;
    private readonly Prng _random;

    internal SessionClient(
        LocalTransportDescription local,
        Func<RemoteTransport, ImmutableArray<MediaAgreement>, Instant, Peer> create,
        Prng random
    )
    {
        _local = local;
        _create = create;
        _random = random;
    }

    /// <summary>Offers to publish.</summary>
    /// <returns>The offer, and the mids of sound and pictures in it.</returns>
    public (string Sdp, string AudioMid, string VideoMid) Offer()
    {
        var change = Take(
            _negotiator.Offer(
                [
                    new SectionRequest.Send(Track(SimulatedPeers.Opus, MediaKind.Audio)),
                    new SectionRequest.Send(Track(SimulatedPeers.Vp8, MediaKind.Video)),
                ],
                _local
            )
        );
        return (change.Sdp!, MidOf(change.Outcomes[0]), MidOf(change.Outcomes[1]));
    }

    /// <summary>Takes the answer to <see cref="Offer"/> and makes the client.</summary>
    /// <param name="answerSdp">The answer.</param>
    /// <param name="now">The client's time.</param>
    /// <param name="audio">What is heard.</param>
    /// <param name="video">What is seen.</param>
    public MediaClient Connect(
        string answerSdp,
        Instant now,
        ClientStream audio,
        ClientStream video
    )
    {
        var change = Take(_negotiator.Accept(Parse(answerSdp)));
        var remote =
            change.Transport?.Remote ?? throw new TestingException("The answer has no transport.");
        var sends = change
            .Sections.Where(section => section.Kind == SectionChangeKind.SendStarted)
            .Select(section => section.Media!);
        return new MediaClient(_create(remote, [.. sends], now), audio, video);
    }

    /// <summary>Takes an offer of the server, which has all sections so far and those that were pulled.</summary>
    public SessionAnswer Answer(string offerSdp)
    {
        var offer = Parse(offerSdp);
        var hasChannels = offer.Sections.Any(section => section.Kind == SdpMediaKind.Application);
        ImmutableArray<SectionRequest> requests = hasChannels
            ? [new SectionRequest.ReceiveAll(), new SectionRequest.DataChannels()]
            : [new SectionRequest.ReceiveAll()];
        var change = Take(_negotiator.Answer(offer, requests, _local));
        var sdp = change.Sdp ?? throw new TestingException("There is nothing to answer.");
        var received = change
            .Sections.Where(section => section.Kind == SectionChangeKind.ReceiveStarted)
            .Select(section => section.Media!);
        var opensChannels = change.Sections.Any(section =>
            section.Kind == SectionChangeKind.DataChannelsStarted
        );
        return new SessionAnswer(
            sdp,
            [.. received],
            opensChannels
                ? new ClientChannels(_negotiator.Remote!.LocalDtlsRole, _random.Fork())
                : null
        );
    }

    private PlayableTrack Track(NegotiatedCodec codec, MediaKind kind) =>
        new(
            kind,
            codec,
            kind == MediaKind.Audio ? "audio" : "video",
            new Ssrc(_random.NextUInt32()),
            new Ssrc(_random.NextUInt32())
        );

    private static string MidOf(SectionOutcome outcome) => ((SectionOutcome.Granted)outcome).Mid;

    private static SessionChange Take(SessionStep step) =>
        step switch
        {
            SessionStep.Taken taken
                when taken.Change.Outcomes.All(outcome => outcome is SectionOutcome.Granted) =>
                taken.Change,
            SessionStep.Taken taken => throw new TestingException(
                $"The client cannot: {taken.Change.Outcomes.OfType<SectionOutcome.Refused>().First().Sentence}"
            ),
            SessionStep.Refused refused => throw new TestingException(
                $"The client refuses what the server says: {refused.Sentence}"
            ),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static SessionDescription Parse(string sdp) =>
        SessionDescription.TryParse(sdp, out var description, out var error)
            ? description
            : throw new TestingException($"What the server says cannot be read: {error}");
}
