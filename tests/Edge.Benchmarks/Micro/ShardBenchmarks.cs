using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Control.Contract;
using Edge.Native.OpenSsl;
using Edge.Native.Sockets;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Protocol.Negotiation.Offering;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Clients;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Benchmarks.Micro;

/// <summary>What a turn of a shard takes that forwards a packet of sound: from the publisher's system call until all copies
/// have come.</summary>
/// <remarks>A shard has no life without its sockets and its thread: it is a node's, on loopback. Its clients are in this
/// process and do not decrypt what comes. So this is time, not CPU: waking the thread and the system calls of both sides are
/// in it, and both want a core.</remarks>
[Config(typeof(BenchmarkSettings))]
public class ShardBenchmarks
{
    private const int Turns = 100;
    private const int DatagramsAtOnce = 8;

    private static readonly TimeSpan SoundTime = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly StreamKey Stream = new("app", "show");
    private static readonly OfferOptions Sound = new() { Tracks = [ClientFactory.AudioVideo[0]] };

    private readonly long _origin = Stopwatch.GetTimestamp();
    private readonly List<Listener> _viewers = [];
    private readonly PacketPool _pool = new(0, 64);
    private readonly ReceiveBatch _batch = new(DatagramsAtOnce);
    private readonly PacketHandle[] _handles = new PacketHandle[DatagramsAtOnce];
    private OpenSslDtlsEngineFactory? _dtls;
    private MediaNode? _node;
    private SocketClient? _publisher;
    private ClientStream? _sound;
    private Instant _soundAt;

    /// <summary>Who hears the sound.</summary>
    [Params(1, 10, 50)]
    public int Viewers { get; set; }

    private Instant Now => new(Stopwatch.GetElapsedTime(_origin).Ticks);

    /// <summary>Starts a node of one shard, and connects all.</summary>
    [GlobalSetup]
    public async Task SetUp()
    {
        for (var index = 0; index < DatagramsAtOnce; index++)
        {
            _pool.TryRent(out _handles[index]);
            _batch.Lend(index, _pool.Slot(_handles[index]));
        }

        var options = new MediaNodeOptions
        {
            Media = NetworkAddress.FromIPv4(0x7F000001, 0),
            Shards = 1,
            PacketSlots = 8192,
        };
        _node = MediaNode.Start(options, NullLogger<MediaNode>.Instance)
            is MediaNodeStart.Running running
            ? running.Node
            : throw new TestingException("The node did not start.");
        var clock = new ClockAnchor(Instant.Zero, NtpTimestamp.FromUnixTime(TimeSpan.FromDays(1)));
        _dtls = new(DtlsCertificate.Create(DateTimeOffset.UtcNow));
        var clients = new ClientFactory(_dtls, SrtpCiphers.Best, clock, Prng.FromNumber(1));
        var offer = clients.OfferPublish(Sound);
        var published = await _node.PublishAsync(new(Stream, offer.Sdp), CancellationToken.None);
        _sound = new ClientStream(new SyntheticAudio(), new SequenceNumber(1));
        var (publisher, id) = Client(published, sdp => clients.Connect(offer, sdp, Now, _sound));
        _publisher = new(publisher, id);
        RunUntil(() => _publisher.Client.ConnectedAt.IsSet);
        for (var viewer = 0; viewer < Viewers; viewer++)
        {
            var wish = clients.OfferPlay(Sound);
            var played = await _node.PlayAsync(new(Stream, wish.Sdp), CancellationToken.None);
            var (client, session) = Client(played, sdp => clients.Connect(wish, sdp, Now));
            _viewers.Add(new(client, session));
        }

        RunUntil(() => _viewers.TrueForAll(viewer => viewer.Played[0].Packets > 0));
        _soundAt = Now;
    }

    /// <summary>Ends the node and its clients.</summary>
    [GlobalCleanup]
    public async Task CleanUp()
    {
        _publisher?.Dispose();
        _viewers.ForEach(viewer => viewer.Dispose());
        _viewers.Clear();
        if (_node is { } node)
        {
            await node.DisposeAsync();
        }

        _dtls?.Dispose();
    }

    /// <summary>Lets the viewers show that they are there.</summary>
    [IterationSetup]
    public void Settle()
    {
        foreach (var viewer in _viewers)
        {
            while (viewer.Pump(Now)) { }

            viewer.Heard = _sound!.Packets;
        }
    }

    /// <summary>A turn; a packet in, and one out for each viewer.</summary>
    [Benchmark(OperationsPerInvoke = Turns)]
    public void Turn()
    {
        for (var turn = 0; turn < Turns; turn++)
        {
            // The publisher's clock is its own: it always says that the next packet is due.
            _soundAt += SoundTime;
            _publisher!.Pump(_soundAt);
            WaitForCopies();
        }
    }

    private void WaitForCopies()
    {
        var end = Now + Patience;
        foreach (var viewer in _viewers)
        {
            while (viewer.Heard < _sound!.Packets)
            {
                Listen(viewer);
                if (Now > end)
                {
                    throw new TestingException("A packet did not come to all.");
                }
            }
        }
    }

    /// <summary>Counts the sound that came to a viewer, who takes everything else.</summary>
    private void Listen(Listener viewer)
    {
        var count = viewer.Socket.Receive(_batch);
        for (var index = 0; index < count; index++)
        {
            var datagram = _pool.Slot(_handles[index])[.._batch.Length(index)];
            if (DatagramKinds.Classify(datagram) == DatagramKind.Rtp)
            {
                viewer.Heard++;
            }
            else
            {
                viewer.Client.HandleDatagram(_batch.Source(index), datagram, Now);
            }
        }
    }

    private void RunUntil(Func<bool> isDone)
    {
        var end = Now + Patience;
        while (!isDone())
        {
            _publisher?.Pump(Now);
            _viewers.ForEach(viewer => viewer.Pump(Now));
            if (Now > end)
            {
                throw new TestingException("Not everybody connected.");
            }
        }
    }

    private static (MediaClient Client, string Session) Client(
        SessionResult result,
        Func<string, MediaClient> connect
    ) =>
        result is SessionResult.Created created
            ? (connect(created.AnswerSdp), created.SessionId)
            : throw new TestingException($"The node refused: {result}");

    /// <summary>A viewer whose socket others may read, too.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly SocketClient _client;

        public Listener(MediaClient client, string session)
        {
            Client = client;
            Socket = SocketClient.Open(NetworkAddress.FromIPv4(0x7F000001, 0));
            _client = new(client, session, Socket);
        }

        public MediaClient Client { get; }

        public UdpSocket Socket { get; }

        public IReadOnlyList<PlayedTrack> Played => Client.Played;

        /// <summary>Packets of sound that came, or were sent before.</summary>
        public long Heard { get; set; }

        public bool Pump(Instant now) => _client.Pump(now);

        public void Dispose() => _client.Dispose();
    }
}
