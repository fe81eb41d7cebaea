using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Dtls;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Srtp;
using Edge.Protocol.Transport;
using Edge.Wire.State;

namespace EndToEnd.Tests.Support;

/// <summary>A peer of our cores on a loopback socket, for a browser's data channels alone: it ends without a word, and goes on from a
/// portrait. What comes on its channels it sends back.</summary>
internal sealed class RevivedPeer : IAsyncDisposable
{
    /// <summary>More of each index than it sends.</summary>
    private const int Granted = 1000;

    private const int StateBytesMax = 1 << 16;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);

    private readonly Socket _socket = new(
        AddressFamily.InterNetwork,
        SocketType.Dgram,
        ProtocolType.Udp
    );
    private readonly OpenSslDtlsEngineFactory _engines = new(
        DtlsCertificate.Create(DateTimeOffset.UtcNow)
    );
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly MessagePool _pool = new(retainedBytesMax: 1 << 20);
    private readonly Prng _random = Prng.FromNumber(1);
    private readonly ConcurrentQueue<Action> _commands = [];
    private readonly CancellationTokenSource _end = new();
    private readonly IceCredentials _credentials;
    private readonly PeerFactory _factory;
    private readonly Task _loop;
    private Peer _peer;
    private EndPoint _client = new IPEndPoint(IPAddress.Any, 0);

    private RevivedPeer(string offer, ReadOnlySpan<ushort> agreed)
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _credentials = IceCredentials.Create(_random);
        _factory = new(
            _engines,
            OpenSslSrtpCipherFactory.Instance,
            new ClockAnchor(
                Now,
                NtpTimestamp.FromUnixTime(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch)
            )
        );
        _peer = _factory.Create(Describe(offer), _random, Now);
        _peer.Transport.Attach(new(DtlsRole.Server, new(), _pool, _random.Fork()), Now);
        foreach (var id in agreed)
        {
            Open(new() { NegotiatedId = id });
        }

        _loop = Task.Run(Run);
    }

    /// <summary>What happened to channels.</summary>
    public ConcurrentQueue<(DataChannelEventKind Kind, ushort Channel)> Events { get; } = [];

    /// <summary>What it answers the offer.</summary>
    public string Answer =>
        string.Join(
            "\r\n",
            "v=0",
            "o=- 1 1 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE 0",
            "a=ice-lite",
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
            "c=IN IP4 127.0.0.1",
            "a=mid:0",
            $"a=ice-ufrag:{_credentials.UsernameFragment}",
            $"a=ice-pwd:{_credentials.Password}",
            $"a=fingerprint:{_engines.LocalFingerprint}",
            "a=setup:passive",
            "a=sctp-port:5000",
            $"a=candidate:1 1 udp 2130706431 127.0.0.1 {((IPEndPoint)_socket.LocalEndPoint!).Port} typ host",
            "a=end-of-candidates",
            ""
        );

    private Instant Now => Instant.FromMilliseconds(1000) + _watch.Elapsed;

    /// <summary>Answers an offer of one section of data channels.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="agreed">Ids that both sides know.</param>
    public static RevivedPeer Create(string offer, params ReadOnlySpan<ushort> agreed) =>
        new(offer, agreed);

    /// <summary>Opens a channel.</summary>
    public Task OpenAsync(DataChannelOptions options) => DoAsync(() => Open(options));

    /// <summary>Writes what is needed to go on after its end.</summary>
    public async Task<(byte[] Portrait, Instant At)> PortrayAsync()
    {
        byte[] portrait = [];
        await DoAsync(() =>
        {
            using var writer = new StateWriter(Now, StateBytesMax);
            Assert.Equal(PeerCapture.Captured, _peer.TryPortray(writer));
            portrait = writer.Written.ToArray();
        });
        return (portrait, Now);
    }

    /// <summary>Ends, and goes on from a portrait, behind all that it may have sent.</summary>
    public Task SurviveAsync((byte[] Portrait, Instant At) portrayed) =>
        DoAsync(() =>
        {
            var uses = new List<IndexUse>();
            _peer.Transport.LimitIndices();
            _peer.Transport.ListIndices(uses);
            _peer.Dispose();
            var reader = new StateReader(portrayed.Portrait, portrayed.At);
            var options = new PeerRestoreOptions { ChannelPool = _pool };
            _peer = _factory.TryRevive(ref reader, options, _random.Fork(), Now)!;
            foreach (var use in uses)
            {
                Assert.True(_peer.Advance(use.Granted with { Last = use.Used + Granted }));
            }
        });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
        _peer.Dispose();
        _socket.Dispose();
        _engines.Dispose();
        _end.Dispose();
    }

    private PeerSettings Describe(string offer)
    {
        Assert.True(
            CertificateFingerprint.TryParse(Find(offer, "fingerprint"), out var fingerprint)
        );
        return new()
        {
            IceMode = IceMode.Lite,
            LocalCredentials = _credentials,
            Remote = new RemoteTransport(
                Find(offer, "ice-ufrag"),
                Find(offer, "ice-pwd"),
                [fingerprint],
                DtlsRole.Server,
                [],
                IsIceLite: false
            ),
            ReportSsrc = new Ssrc(1),
            Cname = "node",
            Transport = new() { Liveness = PeerLiveness.ConsentOrMedia },
        };
    }

    private void Open(DataChannelOptions options) =>
        Assert.Equal(DataChannelOpenResult.Opened, _peer.Transport.Channels!.Open(options, out _));

    private Task DoAsync(Action command)
    {
        var done = new TaskCompletionSource();
        _commands.Enqueue(() =>
        {
            try
            {
                command();
                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task;
    }

    private void Run()
    {
        var buffer = new byte[PacketPool.SlotBytes];
        while (!_end.IsCancellationRequested)
        {
            while (_commands.TryDequeue(out var command))
            {
                command();
            }

            if (_socket.Poll(Tick, SelectMode.SelectRead))
            {
                var length = _socket.ReceiveFrom(buffer, ref _client);
                var from = NetworkAddress.From((IPEndPoint)_client);
                _peer.HandleDatagram(from, buffer.AsSpan(0, length), Now, out _);
            }

            if (_peer.PollTimeout() <= Now)
            {
                _peer.HandleTimeout(Now);
            }

            TakeEvents();
            int next;
            while ((next = _peer.PollTransmit(buffer, Now, out _)) > 0)
            {
                _socket.SendTo(buffer.AsSpan(0, next), _client);
            }
        }
    }

    private void TakeEvents()
    {
        while (_peer.PollEvent(out _))
        {
            // The page says whether it is connected.
        }

        var channels = _peer.Transport.Channels!;
        while (channels.PollEvent(out var occurred))
        {
            if (occurred.Kind == DataChannelEventKind.Message)
            {
                channels.Send(occurred.Channel, occurred.Payload.Span, isBinary: false, Now);
                continue;
            }

            Events.Enqueue((occurred.Kind, occurred.Channel));
        }
    }

    /// <summary>The value of an attribute of the offer.</summary>
    private static string Find(string offer, string attribute)
    {
        var start = offer.IndexOf($"a={attribute}:", StringComparison.Ordinal);
        Assert.True(start >= 0, $"There is no {attribute}.");
        return offer[start..].Split('\r', '\n')[0][(attribute.Length + 3)..];
    }
}
