using Edge.Forwarding.Tracks;
using Edge.Native.OpenSsl;
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

/// <summary>Memory of what a node keeps of one viewer of sound and pictures: negotiated, connected, and
/// once it has reported. The viewers' own ends are freed before each count.</summary>
internal static class ViewerMemoryBenchmark
{
    private const int Viewers = 500;

    private static readonly NetworkAddress ClientAddress = NetworkAddress.FromIPv4(
        0xCB007105,
        40000
    );
    private static readonly NetworkAddress NodeAddress = NetworkAddress.FromIPv4(0xC6336401, 7000);

    public static void Run()
    {
        using var engines = new OpenSslDtlsEngineFactory(
            DtlsCertificate.Create(DateTimeOffset.UtcNow)
        );
        var random = Prng.FromNumber(1);
        var clock = new ClockAnchor(Instant.Zero, NtpTimestamp.FromUnixTime(TimeSpan.FromDays(1)));
        var factory = new PeerFactory(engines, OpenSslSrtpCipherFactory.Instance, clock);
        var clients = new ClientFactory(
            engines,
            OpenSslSrtpCipherFactory.Instance,
            clock,
            random.Fork()
        );
        // Warm: what the process keeps once is not a viewer's. All are kept to the end: memory that some
        // freed would be the next ones' and not be seen.
        var kept = new List<ServedViewer>
        {
            Live(new ServedViewer(factory, clients, random), LifeStage.Heard),
        };
        foreach (var stage in Enum.GetValues<LifeStage>())
        {
            Count(stage, kept, () => Live(new ServedViewer(factory, clients, random), stage));
        }

        kept.ForEach(viewer => viewer.Peer.Dispose());
    }

    private static void Count(LifeStage stage, List<ServedViewer> kept, Func<ServedViewer> make)
    {
        kept.Capacity = kept.Count + Viewers;
        var (managedBefore, residentBefore) = Memory();
        for (var index = 0; index < Viewers; index++)
        {
            kept.Add(make());
        }

        var (managed, resident) = Memory();
        managed = (managed - managedBefore) / Viewers;
        resident = (resident - residentBefore) / Viewers;
        Console.WriteLine(
            $"viewer memory, {stage, -10} {managed / 1024.0, 6:0.0} KiB managed  "
                + $"{(resident - managed) / 1024.0, 6:0.0} KiB native (resident less managed)"
        );
    }

    private static (long Managed, long Resident) Memory()
    {
        for (var round = 0; round < 3; round++)
        {
            GC.Collect(
                GC.MaxGeneration,
                GCCollectionMode.Aggressive,
                blocking: true,
                compacting: true
            );
            GC.WaitForPendingFinalizers();
        }

        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true), process.WorkingSet64);
    }

    private static ServedViewer Live(ServedViewer viewer, LifeStage stage)
    {
        if (stage != LifeStage.Negotiated)
        {
            viewer.Run(TimeSpan.FromMilliseconds(stage == LifeStage.Connected ? 200 : 2500));
        }

        viewer.Leave();
        return viewer;
    }

    /// <summary>How far the viewers are when they are counted.</summary>
    private enum LifeStage
    {
        Negotiated,
        Connected,
        Heard,
    }

    /// <summary>The node's side of a viewer, and the viewer until it leaves.</summary>
    private sealed class ServedViewer
    {
        private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

        private readonly Subscription[] _subscriptions;
        private MediaClient? _client;
        private Instant _now = Instant.FromMilliseconds(1000);

        public ServedViewer(PeerFactory factory, ClientFactory clients, Prng random)
        {
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
            _subscriptions =
            [
                .. agreed.Agreement.Media.Select(_ => new Subscription(new SequenceNumber(1), 1)),
            ];
        }

        public Peer Peer { get; }

        /// <summary>Connects, then sends a packet of each stream every 20 ms so that there are reports.</summary>
        public void Run(TimeSpan length)
        {
            var buffer = new byte[PacketPool.SlotBytes];
            var payload = new byte[100];
            ushort sequence = 0;
            for (var end = _now + length; _now < end; _now += Step)
            {
                _client!.HandleTimeout(_now);
                Peer.HandleTimeout(_now);
                sequence++;
                for (var stream = 0; stream < _subscriptions.Length; stream++)
                {
                    var packet = new OutgoingRtp
                    {
                        Payload = payload,
                        SequenceNumber = new SequenceNumber(sequence),
                        Timestamp = sequence,
                        Marker = true,
                    };
                    var written = Peer.WriteRtp(stream, packet, buffer, _now);
                    if (written > 0)
                    {
                        _client.HandleDatagram(NodeAddress, buffer.AsSpan(0, written), _now);
                    }
                }

                Exchange(buffer);
            }

            if (_client!.ConnectedAt == Instant.Never)
            {
                throw new TestingException("A viewer did not connect.");
            }
        }

        public void Leave()
        {
            _client?.Dispose();
            _client = null;
        }

        private void Exchange(byte[] buffer)
        {
            int length;
            do
            {
                while ((length = _client!.PollTransmit(buffer, _now, out _)) > 0)
                {
                    Peer.HandleDatagram(ClientAddress, buffer.AsSpan(0, length), _now, out _);
                }

                while ((length = Peer.PollTransmit(buffer, _now, out _)) > 0)
                {
                    _client.HandleDatagram(NodeAddress, buffer.AsSpan(0, length), _now);
                }

                while (Peer.PollEvent(out _)) { }
            } while (
                (length = _client.PollTransmit(buffer, _now, out _)) > 0 && Feed(buffer, length)
            );
        }

        private bool Feed(byte[] buffer, int length)
        {
            Peer.HandleDatagram(ClientAddress, buffer.AsSpan(0, length), _now, out _);
            return true;
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
                            ? new(CodecKind.Opus, new(111), null, 48_000, "opus", null)
                            {
                                Channels = 2,
                            }
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
}
