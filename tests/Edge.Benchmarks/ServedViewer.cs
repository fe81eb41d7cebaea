using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Sending;
using Edge.Testing;
using Edge.Testing.Clients;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;

namespace Edge.Benchmarks;

/// <summary>The node's side of a viewer, and the viewer until it leaves.</summary>
internal sealed class ServedViewer
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private static readonly NetworkAddress NodeAddress = NetworkAddress.FromIPv4(0xC6336401, 7000);

    /// <summary>Of all viewers, on one thread: it is not memory of a viewer.</summary>
    private static readonly byte[] Buffer = new byte[PacketPool.SlotBytes];

    private MediaClient? _client;
    private Instant _now;

    public ServedViewer(
        PeerFactory factory,
        ClientFactory clients,
        Prng random,
        in NetworkAddress address,
        Instant now
    )
    {
        Address = address;
        _now = now;
        var offer = clients.OfferPlay(new() { Tracks = ClientFactory.AudioVideo });
        var credentials = IceCredentials.Create(random);
        var agreed = Answer(offer.Sdp, credentials, factory, random);
        Peer = factory.Create(
            new PeerSettings
            {
                IceMode = IceMode.Lite,
                LocalCredentials = credentials,
                Remote = agreed.Agreement.Remote,
                Sends = agreed.Agreement.Media,
                ReportSsrc = new Ssrc(random.NextUInt32()),
                Cname = random.NextToken(16),
                Transport = new() { Liveness = PeerLiveness.Consent },
            },
            random.Fork(),
            _now
        );
        _client = clients.Connect(offer, agreed.AnswerSdp, _now);
        Subscriptions =
        [
            .. agreed.Agreement.Media.Select(_ => new Subscription(new SequenceNumber(1), 1)),
        ];
    }

    public NetworkAddress Address { get; }

    public Peer Peer { get; }

    /// <summary>Of sound and pictures, in the order of the peer's streams.</summary>
    public Subscription[] Subscriptions { get; }

    /// <summary>Lets client and node connect, without media.</summary>
    public void Connect(TimeSpan length)
    {
        for (var end = _now + length; _now < end; )
        {
            Keep(_now + Step);
        }

        RequireConnection();
    }

    /// <summary>Does what is due by now: the client's consent is asked for and given.</summary>
    public void Keep(Instant now)
    {
        _now = now;
        _client!.HandleTimeout(now);
        Peer.HandleTimeout(now);
        Exchange();
    }

    /// <summary>Connects, then sends a packet of each stream every 20 ms so that there are reports.</summary>
    public void Run(TimeSpan length)
    {
        var payload = new byte[100];
        ushort sequence = 0;
        for (var end = _now + length; _now < end; _now += Step)
        {
            sequence++;
            for (var stream = 0; stream < Subscriptions.Length; stream++)
            {
                var packet = new OutgoingRtp
                {
                    Payload = payload,
                    SequenceNumber = new SequenceNumber(sequence),
                    Timestamp = sequence,
                    Marker = true,
                };
                var written = Peer.WriteRtp(stream, packet, Buffer, _now);
                if (written > 0)
                {
                    _client!.HandleDatagram(NodeAddress, Buffer.AsSpan(0, written), _now);
                }
            }

            Keep(_now);
        }

        RequireConnection();
    }

    public void Leave()
    {
        _client?.Dispose();
        _client = null;
    }

    private void RequireConnection()
    {
        if (_client!.ConnectedAt == Instant.Never)
        {
            throw new TestingException("A viewer did not connect.");
        }
    }

    private void Exchange()
    {
        bool isAny;
        do
        {
            isAny = false;
            int length;
            while ((length = _client!.PollTransmit(Buffer, _now, out _)) > 0)
            {
                isAny = true;
                Peer.HandleDatagram(Address, Buffer.AsSpan(0, length), _now, out _);
            }

            while ((length = Peer.PollTransmit(Buffer, _now, out _)) > 0)
            {
                isAny = true;
                _client.HandleDatagram(NodeAddress, Buffer.AsSpan(0, length), _now);
            }

            while (Peer.PollEvent(out _)) { }
        } while (isAny);
    }

    private static NegotiationResult<PlayAgreement>.Agreed Answer(
        string offerSdp,
        IceCredentials credentials,
        PeerFactory factory,
        Prng random
    )
    {
        _ = SessionDescription.TryParse(offerSdp, out var offer, out _);
        var codecs = ClientFactory.AudioVideo.Select(
            (track, index) =>
                new PlayableTrack(
                    track.Kind,
                    index == 0
                        ? new(CodecKind.Opus, new(111), null, 48_000, "opus", null) { Channels = 2 }
                        : new(CodecKind.Vp8, new(96), new PayloadType(97), 90_000, "VP8", null),
                    random.NextToken(16),
                    new Ssrc(random.NextUInt32()),
                    new Ssrc(random.NextUInt32())
                )
        );
        var result = PlayNegotiator.Answer(
            offer!,
            [.. codecs],
            new(
                credentials.UsernameFragment,
                credentials.Password,
                factory.LocalFingerprint,
                [NodeAddress],
                IsIceLite: true
            ),
            new PlayPolicy(random.NextToken(16), random.NextToken(16))
        );
        return result as NegotiationResult<PlayAgreement>.Agreed
            ?? throw new TestingException($"The offer was refused: {result}");
    }
}
