using System.Collections.Immutable;
using System.Diagnostics;
using Control.Contract;
using Control.Contract.Calls;
using Edge.Native.OpenSsl;
using Edge.Native.Sockets;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Negotiation.Offering;
using Edge.Testing.Clients;
using Edge.Wire.Payload;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A running node with clients on real sockets, all driven by the test's thread.</summary>
internal sealed partial class NodeHarness : IAsyncDisposable
{
    private readonly OpenSslDtlsEngineFactory _dtls = new(
        DtlsCertificate.Create(DateTimeOffset.UtcNow)
    );
    private readonly ClientFactory _clients;

    // Clients are begun where an answer comes, on any thread, while the test's own drives those that run.
    private ImmutableArray<SocketClient> _running = [];
    private readonly long _origin = Stopwatch.GetTimestamp();
    private readonly Prng _random;

    public NodeHarness(
        MediaNodeOptions? options = null,
        [System.Runtime.CompilerServices.CallerMemberName] string test = "",
        ILogger<MediaNode>? logger = null
    )
    {
        _random = Testing.Seeds.Random(test);
        _clients = new ClientFactory(
            _dtls,
            OpenSslSrtpCipherFactory.Instance,
            new ClockAnchor(
                Instant.Zero,
                NtpTimestamp.FromUnixTime(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch)
            ),
            _random.Fork()
        );
        var started = MediaNode.Start(
            options ?? Options(),
            logger ?? NullLogger<MediaNode>.Instance
        );
        Node = Assert.IsType<MediaNodeStart.Running>(started).Node;
    }

    public MediaNode Node { get; }

    /// <summary>Another node whose clients are driven along.</summary>
    public NodeHarness? Beside { get; init; }

    /// <summary>Where clients open their sockets.</summary>
    public NetworkAddress ClientHost { get; set; } = NetworkAddress.FromIPv4(0x7F000001, 0);

    /// <summary>How they open them.</summary>
    public Func<NetworkAddress, UdpSocket> Opens { get; init; } =
        static local => SocketClient.Open(local);

    public Instant Now => new(Stopwatch.GetElapsedTime(_origin).Ticks);

    public static StreamKey Stream { get; } = new("app", "show");

    public static MediaNodeOptions Options() =>
        new()
        {
            Media = NetworkAddress.FromIPv4(0x7F000001, 0),
            Shards = 2,
            PacketSlots = 8192,
            MeasuresAllocation = true,
        };

    public static OfferOptions AudioVideo { get; } = new() { Tracks = ClientFactory.AudioVideo };

    public static OfferOptions VideoOnly { get; } =
        new() { Tracks = [ClientFactory.AudioVideo[1]] };

    private static OfferOptions Layers { get; } =
        new()
        {
            Tracks =
            [
                new OfferedTrack(MediaKind.Video, [new OfferedCodec(CodecKind.Vp8)])
                {
                    Rids = [Rid.Create("l"), Rid.Create("h")],
                },
            ],
        };

    /// <summary>So little video that many of it cost little.</summary>
    private static SyntheticVideoOptions Slow { get; } =
        new() { FramesPerSecond = 5, PacketsPerFrame = 1 };

    /// <summary>Publishes audio and video and waits for nothing.</summary>
    public async Task<SocketClient> PublishAsync(
        SyntheticVideoOptions? video = null,
        OfferOptions? offered = null,
        StreamKey? stream = null,
        SyntheticAudio? audio = null
    )
    {
        var offer = _clients.OfferPublish(offered ?? AudioVideo);
        var result = await Node.PublishAsync(
            new SessionRequest(stream ?? Stream, offer.Sdp),
            CancellationToken.None
        );
        var created = Created(result);
        return Run(
            _clients.Connect(offer, created.AnswerSdp, Now, Audio(audio), Video(video)),
            created.SessionId
        );
    }

    /// <summary>Publishes video in two layers, the smaller first; returns the streams as well.</summary>
    public async Task<(SocketClient Client, ClientStream[] Layers)> PublishLayersAsync()
    {
        var offer = _clients.OfferPublish(Layers);
        var result = await Node.PublishAsync(
            new SessionRequest(Stream, offer.Sdp),
            CancellationToken.None
        );
        var created = Created(result);
        var layers = LayerStreams();
        return (
            Run(_clients.Connect(offer, created.AnswerSdp, Now, layers), created.SessionId),
            layers
        );
    }

    /// <summary>A session that publishes two layers of video, "l" and "h", as "cam".</summary>
    public async Task<SocketClient> PushLayersAsync()
    {
        var id = await NewSessionAsync();
        var offer = _clients.OfferPublish(Layers);
        var answer = await PushAsync(new SessionKey("app", id), offer.Sdp, Local("0", "cam"));
        return Run(_clients.Connect(offer, answer, Now, LayerStreams()), id);
    }

    public async Task<SocketClient> PlayAsync(
        StreamKey? stream = null,
        OfferOptions? offered = null
    )
    {
        var offer = _clients.OfferPlay(offered ?? AudioVideo);
        var result = await Node.PlayAsync(
            new SessionRequest(stream ?? Stream, offer.Sdp),
            CancellationToken.None
        );
        var created = Created(result);
        return Run(_clients.Connect(offer, created.AnswerSdp, Now), created.SessionId);
    }

    /// <summary>A session that publishes audio as "mic" and video as "cam", and waits for nothing.</summary>
    public async Task<SocketClient> PushAsync(
        OfferOptions? offered = null,
        string app = "app",
        string? group = null,
        SyntheticAudio? audio = null
    )
    {
        var id = await NewSessionAsync(app, group: group);
        return await PushIntoAsync(new SessionKey(app, id), offered, audio);
    }

    /// <summary>The same in a session that there is.</summary>
    public async Task<SocketClient> PushIntoAsync(
        SessionKey session,
        OfferOptions? offered = null,
        SyntheticAudio? audio = null
    )
    {
        var offer = _clients.OfferPublish(offered ?? AudioVideo);
        var answer = await PushAsync(session, offer.Sdp, Local("0", "mic"), Local("1", "cam"));
        return Run(
            _clients.Connect(offer, answer, Now, Audio(audio), Video(null)),
            session.SessionId
        );
    }

    /// <summary>A session that publishes one video, as it is asked for and with what is added to the offer.</summary>
    public async Task<SocketClient> PushVideoAsync(TrackRequest track, string added = "")
    {
        var id = await NewSessionAsync();
        var offer = _clients.OfferPublish(VideoOnly);
        var answer = await PushAsync(new SessionKey("app", id), offer.Sdp + added, track);
        return Run(_clients.Connect(offer, answer, Now, Video(null)), id);
    }

    /// <summary>A session that publishes one video, whose packets come from somewhere, as "cam".</summary>
    public async Task<SocketClient> PushStreamAsync(ClientStream stream)
    {
        var id = await NewSessionAsync();
        var offer = _clients.OfferPublish(VideoOnly);
        var answer = await PushAsync(new SessionKey("app", id), offer.Sdp, Local("0", "cam"));
        return Run(_clients.Connect(offer, answer, Now, stream), id);
    }

    /// <summary>Publishes one video, whose packets come from somewhere, by WHIP.</summary>
    public async Task<SocketClient> PublishStreamAsync(ClientStream stream)
    {
        var offer = _clients.OfferPublish(VideoOnly);
        var result = await Node.PublishAsync(
            new SessionRequest(Stream, offer.Sdp),
            CancellationToken.None
        );
        var created = Created(result);
        return Run(_clients.Connect(offer, created.AnswerSdp, Now, stream), created.SessionId);
    }

    /// <summary>A session that publishes sound and video as "mic" and "cam", encrypted end to end as it says.</summary>
    public async Task<SocketClient> PushEncryptedAsync()
    {
        var id = await NewSessionAsync();
        var offer = _clients.OfferPublish(AudioVideo);
        var answer = await PushAsync(
            new SessionKey("app", id),
            offer.Sdp,
            Local("0", "mic") with
            {
                IsEncrypted = true,
            },
            Local("1", "cam") with
            {
                IsEncrypted = true,
            }
        );
        return Run(_clients.Connect(offer, answer, Now, Audio(null), Video(null)), id);
    }

    /// <summary>Changes pulled tracks; each has to be granted.</summary>
    public async Task UpdateAsync(SocketClient viewer, params TrackRequest[] tracks)
    {
        var updated = await Node.Calls.UpdateTracksAsync(
            new UpdateTracksRequest(new SessionKey("app", viewer.SessionId), [.. tracks]),
            CancellationToken.None
        );
        Assert.True(updated.IsDone, updated.Error?.Description);
        Assert.All(updated.Value.Tracks, track => Assert.Null(track.Error));
    }

    /// <summary>The offer of a client that publishes audio and video.</summary>
    public string OfferPush(OfferOptions? offered = null) =>
        _clients.OfferPublish(offered ?? AudioVideo).Sdp;

    /// <summary>A session that publishes many videos of three layers, "q", "h" and "f", named by number.</summary>
    public async Task<SocketClient> PushManyAsync(int tracks)
    {
        var codec = new OfferedCodec(CodecKind.Vp8) { PayloadType = new PayloadType(45) };
        var track = new OfferedTrack(MediaKind.Video, [codec])
        {
            Rids = [Rid.Create("q"), Rid.Create("h"), Rid.Create("f")],
        };
        var id = await NewSessionAsync();
        var names = Enumerable.Range(0, tracks).Select(number => $"{number}").ToArray();
        var offer = _clients.OfferPublish(
            new OfferOptions { Tracks = [.. names.Select(_ => track)] }
        );
        var answer = await PushAsync(
            new SessionKey("app", id),
            offer.Sdp,
            [.. names.Select(name => Local(name, name))]
        );
        var streams = Enumerable.Range(0, tracks * track.Rids.Length).Select(_ => Video(Slow));
        return Run(_clients.Connect(offer, answer, Now, [.. streams]), id);
    }

    /// <summary>Publishes by an offer; returns the answer.</summary>
    public async Task<string> PushAsync(
        SessionKey session,
        string offer,
        params TrackRequest[] tracks
    )
    {
        var pushed = await Node.Calls.NewTracksAsync(
            new NewTracksRequest(
                session,
                [.. tracks],
                new SessionSdp(IsOffer: true, offer),
                DiscoversTracks: false
            ),
            CancellationToken.None
        );
        Assert.True(pushed.IsDone, pushed.Error?.Description);
        Assert.All(pushed.Value.Tracks, track => Assert.Null(track.Error));
        return pushed.Value.Description!.Sdp;
    }

    /// <summary>A session that has data channels and nothing else; waits for nothing.</summary>
    public async Task<SocketClient> JoinAsync(
        string app = "app",
        long messageBytesMax = 256 * 1024,
        string? group = null
    )
    {
        var offer = _clients.OfferPublish(
            new OfferOptions
            {
                Tracks = [],
                HasDataChannels = true,
                MessageBytesMax = messageBytesMax,
            }
        );
        var created = await Node.Calls.CreateSessionAsync(
            new NewSessionRequest(app, new SessionSdp(IsOffer: true, offer.Sdp), false, null, null)
            {
                Group = group,
            },
            CancellationToken.None
        );
        Assert.True(created.IsDone, created.Error?.Description);
        var client = _clients.Connect(offer, created.Value.Answer!.Sdp, Now);
        return Run(client, created.Value.SessionId);
    }

    /// <summary>Asks for data channels, and drives everybody until the answer comes.</summary>
    public async Task<DataChannelsOutcome> ChannelsAsync(
        SocketClient client,
        params DataChannelRequest[] channels
    )
    {
        var asked = Node
            .Calls.NewDataChannelsAsync(
                new DataChannelsRequest(new SessionKey("app", client.SessionId), [.. channels]),
                CancellationToken.None
            )
            .AsTask();
        RunUntil(() => asked.IsCompleted, "The request for data channels did not come back.");
        var answered = await asked;
        Assert.True(answered.IsDone, answered.Error?.Description);
        return answered.Value;
    }

    /// <summary>Makes one data channel and opens it at the client, as pages do.</summary>
    public async Task<int> OpenAsync(SocketClient client, DataChannelRequest channel)
    {
        var outcome = Assert.Single((await ChannelsAsync(client, channel)).Channels);
        Assert.True(outcome.Error is null, outcome.Error?.Description);
        client.Client.Channels!.Open(outcome.Id!.Value);
        return outcome.Id.Value;
    }

    /// <summary>Sends a message in a client's channel.</summary>
    public DataChannelSendResult Send(SocketClient client, int id, ReadOnlySpan<byte> message) =>
        client.Client.Channels!.Transport.Send((ushort)id, message, isBinary: true, Now);

    /// <summary>A session that pulls tracks by the server's offer, in the order asked.</summary>
    public async Task<SocketClient> PullAsync(string app, params TrackRequest[] tracks)
    {
        var session = new SessionKey(app, await NewSessionAsync(app));
        return await AnswerAsync(session, await AskAsync(session, tracks));
    }

    /// <summary>Asks for tracks by the server's offer.</summary>
    public Task<CallsResult<TracksOutcome>> AskAsync(
        SessionKey session,
        params TrackRequest[] tracks
    ) =>
        Node
            .Calls.NewTracksAsync(
                new NewTracksRequest(session, [.. tracks], null, false),
                CancellationToken.None
            )
            .AsTask();

    /// <summary>Answers an offer of the server, and runs the client behind it.</summary>
    public async Task<SocketClient> AnswerAsync(
        SessionKey session,
        CallsResult<TracksOutcome> pulled,
        bool takesRedundancy = false
    )
    {
        Assert.True(pulled.IsDone, pulled.Error?.Description);
        Assert.All(pulled.Value.Tracks, track => Assert.Null(track.Error));
        Assert.True(pulled.Value.RequiresRenegotiation);
        var answer = _clients.AnswerPull(pulled.Value.Description!.Sdp, Now, takesRedundancy);
        var refusal = await Node.Calls.RenegotiateAsync(
            session,
            new SessionSdp(IsOffer: false, answer.Sdp),
            CancellationToken.None
        );
        Assert.Null(refusal);
        return Run(answer.Client, session.SessionId);
    }

    /// <summary>A session that publishes audio as "mic" and video as "cam", and can be changed later on.</summary>
    public async Task<Talker> TalkAsync()
    {
        var id = await NewSessionAsync();
        var negotiation = _clients.CreateSession();
        var (offer, audio, video) = negotiation.Offer();
        var answer = await PushAsync(
            new SessionKey("app", id),
            offer,
            Local(audio, "mic"),
            Local(video, "cam")
        );
        var client = negotiation.Connect(answer, Now, Audio(null), Video(null));
        return new Talker(Run(client, id), negotiation, answer);
    }

    /// <summary>Answers an offer of the server in a session that goes on.</summary>
    public async Task AnswerAsync(Talker talker, CallsResult<TracksOutcome> pulled)
    {
        Assert.True(pulled.IsDone, pulled.Error?.Description);
        Assert.All(pulled.Value.Tracks, track => Assert.Null(track.Error));
        var answer = talker.Negotiation.Answer(pulled.Value.Description!.Sdp);
        foreach (var received in answer.Received)
        {
            talker.Running.Client.AddPlayed(received, Now);
        }

        var refusal = await Node.Calls.RenegotiateAsync(
            new SessionKey("app", talker.Running.SessionId),
            new SessionSdp(IsOffer: false, answer.Sdp),
            CancellationToken.None
        );
        Assert.Null(refusal);
    }

    /// <summary>Takes an offer of the node as another server does: lite, at an address of its own.</summary>
    public ClientAnswer AnswerAsServer(CallsResult<TracksOutcome> offered, NetworkAddress address)
    {
        Assert.True(offered.IsDone, offered.Error?.Description);
        return _clients.AnswerPlay(offered.Value.Description!.Sdp, address, Now);
    }

    /// <summary>Runs another server on its socket.</summary>
    public SocketClient Serve(MediaClient server, UdpSocket socket)
    {
        var running = new SocketClient(server, "", socket);
        ImmutableInterlocked.Update(ref _running, static (all, one) => all.Add(one), running);
        return running;
    }

    public async Task<string> NewSessionAsync(
        string app = "app",
        bool isThirdParty = false,
        string? group = null
    )
    {
        var created = await Node.Calls.CreateSessionAsync(
            new NewSessionRequest(app, null, isThirdParty, null, null) { Group = group },
            CancellationToken.None
        );
        Assert.True(created.IsDone, created.Error?.Description);
        return created.Value.SessionId;
    }

    public static TrackRequest Local(string mid, string name) =>
        new()
        {
            Location = TrackLocation.Local,
            Mid = mid,
            TrackName = name,
        };

    public static TrackRequest Remote(string session, string name) =>
        new()
        {
            Location = TrackLocation.Remote,
            SessionId = session,
            TrackName = name,
        };

    public Task<SessionResult> TryPlayAsync(StreamKey stream) =>
        Node.PlayAsync(
                new SessionRequest(stream, _clients.OfferPlay(AudioVideo).Sdp),
                CancellationToken.None
            )
            .AsTask();

    public Task<SessionResult> TryPublishAsync(StreamKey stream) =>
        Node.PublishAsync(
                new SessionRequest(stream, _clients.OfferPublish(AudioVideo).Sdp),
                CancellationToken.None
            )
            .AsTask();

    /// <summary>A session of the session and track API as it is now.</summary>
    public async Task<CallsSessionState> StateAsync(SocketClient client)
    {
        var state = await Node.Calls.GetSessionAsync(
            new SessionKey("app", client.SessionId),
            CancellationToken.None
        );
        Assert.NotNull(state.Value);
        return state.Value;
    }

    public async Task<SessionReport?> DescribeAsync(SocketClient client)
    {
        var key = new SessionKey("app", client.SessionId);
        var result = await Node.DescribeAsync(key, CancellationToken.None);
        return (result as DescribeResult.Found)?.Report;
    }

    /// <summary>Drives everybody until a condition holds; fails with the sentence after the time.</summary>
    public void RunUntil(Func<bool> condition, string otherwise, double seconds = 20)
    {
        var deadline = Now + TimeSpan.FromSeconds(seconds);
        while (!condition())
        {
            Assert.True(Now < deadline, otherwise);
            Pump();
        }
    }

    public void RunFor(double seconds)
    {
        var deadline = Now + TimeSpan.FromSeconds(seconds);
        while (Now < deadline)
        {
            Pump();
        }
    }

    public void Leave(SocketClient client)
    {
        ImmutableInterlocked.Update(ref _running, static (all, one) => all.Remove(one), client);
        client.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _running)
        {
            client.Dispose();
        }

        await Node.DisposeAsync();
        _dtls.Dispose();
    }

    private void Pump()
    {
        var hasWorked = PumpClients();
        for (var other = Beside; other is not null; other = other.Beside)
        {
            hasWorked |= other.PumpClients();
        }

        if (!hasWorked)
        {
            Thread.Sleep(1);
        }
    }

    private bool PumpClients()
    {
        var hasWorked = false;
        foreach (var client in _running)
        {
            hasWorked |= client.Pump(Now);
        }

        return hasWorked;
    }

    private SocketClient Run(MediaClient client, string sessionId)
    {
        var running = new SocketClient(client, sessionId, Opens(ClientHost));
        ImmutableInterlocked.Update(ref _running, static (all, one) => all.Add(one), running);
        return running;
    }

    private ClientStream[] LayerStreams() =>
        [
            Video(
                new SyntheticVideoOptions
                {
                    PacketsPerFrame = 1,
                    Width = 320,
                    Height = 180,
                }
            ),
            Video(new SyntheticVideoOptions { Width = 640, Height = 360 }),
        ];

    private ClientStream Audio(SyntheticAudio? audio) =>
        new(audio ?? new SyntheticAudio(), FirstSequence());

    private ClientStream Video(SyntheticVideoOptions? options) =>
        new(new SyntheticVideo(options ?? new SyntheticVideoOptions()), FirstSequence());

    private SequenceNumber FirstSequence() => new((ushort)_random.NextInt32(0x8000));

    private static SessionResult.Created Created(SessionResult result) =>
        result is SessionResult.Created created
            ? created
            : throw new Testing.TestingException($"The node refused: {result}");
}
