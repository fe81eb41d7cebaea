using Control.Contract;
using Control.Contract.Calls;
using Edge.Native.Sockets;
using Edge.Node.Sessions;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Edge.Wire.Stun;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>How a session finds the other server, and what it sends and believes until it has.</summary>
public sealed class ServerReachTests
{
    private const int ChecksMax = 8;

    /// <summary>When sessions expire. Chosen: much longer than a busy machine takes for an offer and its
    /// answer.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    /// <summary>A lite server, which sends no check: all that comes of it are answers to ours.</summary>
    [Fact]
    public async Task Connect_LiteServer_FoundByOurChecksAndSentTo()
    {
        await using var harness = new NodeHarness();
        var (session, server) = await ServedAsync(harness);

        harness.RunUntil(() => server.Client.ConnectedAt.IsSet, "The session did not connect.");
        await CarryMicrophoneAsync(harness, session);

        harness.RunUntil(
            () => server.Client.Played[0].Packets >= 50,
            "The server got nothing to hear."
        );
        var found = server.Client.Peer.Transport.Selected;
        Assert.NotEqual(harness.Node.Candidates[0], found);
        Assert.Equal(harness.Node.Candidates[0].WithPort(found.Port), found);
    }

    /// <summary>A lite server asks for nothing: that it still consents (RFC 7675 §5.1) is for us to ask.</summary>
    [Fact]
    public async Task Consent_LiteServer_AskedByUs()
    {
        await using var harness = new NodeHarness();
        var (session, server) = await ServedAsync(harness);
        harness.RunUntil(() => server.Client.ConnectedAt.IsSet, "The session did not connect.");
        var answered = server.Client.Peer.Transport.Ice.Stats.AnswersSent;

        harness.RunUntil(
            () => server.Client.Peer.Transport.Ice.Stats.AnswersSent >= answered + 2,
            "The server was not asked for its consent."
        );
        harness.RunFor(0.2);

        Assert.Equal("connected", (await StateAsync(harness, session))!.State);
    }

    /// <summary>A full agent believes to control, as we do; one gives way (RFC 8445 §7.3.1.1). It names no
    /// candidate: it is found by the check it sends.</summary>
    [Fact]
    public async Task Connect_FullServerThatControlsToo_RoleConflictSettled()
    {
        await using var harness = new NodeHarness();
        var session = await NewSessionAsync(harness);

        var server = await harness.AnswerAsync(session, await OfferAsync(harness, session));
        harness.RunUntil(() => server.Client.ConnectedAt.IsSet, "The session did not connect.");
        await CarryMicrophoneAsync(harness, session);

        harness.RunUntil(
            () => server.Client.Played[0].Packets >= 50,
            "The server got nothing to hear."
        );
    }

    /// <summary>Nothing but paced checks leaves before one is answered with the password, and forged answers
    /// change nothing, not even from the right address with the right transaction (rules R1, R4).</summary>
    [Fact]
    public async Task Connect_ForgedAnswers_NothingButChecksIsSent()
    {
        await using var harness = new NodeHarness();
        using var server = new StrangerSocket();
        using var stranger = new StrangerSocket();
        var session = await NewSessionAsync(harness);
        var offered = await OfferAsync(harness, session);
        var port = Candidate(offered.Value!.Description!.Sdp);
        var answer = harness.AnswerAsServer(offered, server.Local);
        using var unused = answer.Client;
        Assert.Null(await AcceptAsync(harness, session, answer));

        var checks = 0;
        var deadline = harness.Now + TimeSpan.FromSeconds(2.5);
        while (harness.Now < deadline)
        {
            var datagram = server.ReceiveOne();
            if (datagram.IsEmpty)
            {
                harness.RunFor(0.01);
                continue;
            }

            Assert.Equal(DatagramKind.Stun, DatagramKinds.Classify(datagram));
            Assert.Equal(StunParseError.None, StunMessage.TryParse(datagram, out var check));
            Assert.Equal((StunClass.Request, false), (check.Class, check.HasUseCandidate));
            checks++;
            server.Send(Forge(check.TransactionId, "guessed"), port);
            var right = unused.Peer.Transport.Ice.Local.Password;
            stranger.Send(Forge(check.TransactionId, right), port);
        }

        // At 0, 250, 750, 1750 ms: each as slow again as the one before.
        Assert.InRange(checks, 2, ChecksMax);
        Assert.Equal(0, stranger.Receive());
        Assert.Equal("new", (await StateAsync(harness, session))!.State);
    }

    /// <summary>The session's own port is as closed as the shared one (rules R1, R3, R4, R5).</summary>
    [Fact]
    public async Task Receive_JunkAtTheSessionsPort_NeverAnsweredAndChangesNothing()
    {
        await using var harness = new NodeHarness();
        var (session, server) = await ServedAsync(harness);
        harness.RunUntil(() => server.Client.ConnectedAt.IsSet, "The session did not connect.");
        await CarryMicrophoneAsync(harness, session);
        var port = server.Client.Peer.Transport.Selected;
        using var stranger = new StrangerSocket();
        var random = Prng.FromNumber(3);
        for (var first = 0; first < 256; first++)
        {
            var datagram = new byte[1 + random.NextInt32(1400)];
            random.Fill(datagram);
            datagram[0] = (byte)first;
            stranger.Send(datagram, port);
            server.SendRaw(datagram, port);
            stranger.Send(Forge(StunTransactionId.Create(random), "guessed"), port);
            harness.RunFor(0.001);
        }

        var heard = server.Client.Played[0].Packets;
        harness.RunUntil(
            () => server.Client.Played[0].Packets >= heard + 50,
            "The sound stopped after junk."
        );
        Assert.Equal(0, stranger.Receive());
        Assert.Equal(0, harness.Node.Shards[0].Stats.Faults + harness.Node.Shards[1].Stats.Faults);
    }

    /// <summary>Who checks a session with another server at the port that clients share finds nobody.</summary>
    [Fact]
    public async Task Receive_CheckAtTheSharedPort_IsForNoSession()
    {
        await using var harness = new NodeHarness();
        var session = await NewSessionAsync(harness);
        var offered = await OfferAsync(harness, session);
        var server = await harness.AnswerAsync(session, offered);
        harness.RunUntil(() => server.Client.ConnectedAt.IsSet, "The session did not connect.");
        var before = Unknown(harness);
        using var stranger = new StrangerSocket();

        var check = Check(Credentials(offered.Value!.Description!.Sdp));
        stranger.Send(check, harness.Node.Candidates[0]);

        harness.RunUntil(() => Unknown(harness) > before, "The check was not counted.");
        Assert.Equal(0, stranger.Receive());
        stranger.Send(check, Candidate(offered.Value.Description!.Sdp));
        harness.RunUntil(() => stranger.Receive() > 0, "The session's own port does not answer.");
    }

    /// <summary>New credentials of the server's: the old path goes on until our checks have found it under
    /// the new ones (RFC 8445 §9).</summary>
    [Fact]
    public async Task RestartIce_OfferedByTheServer_SoundGoesOn()
    {
        await using var harness = new NodeHarness();
        var session = await NewSessionAsync(harness);
        var socket = SocketClient.Open(NetworkAddress.FromIPv4(0x7F000001, 0));
        var answer = harness.AnswerAsServer(await OfferAsync(harness, session), socket.Local);
        Assert.Null(await AcceptAsync(harness, session, answer));
        var server = harness.Serve(answer.Client, socket);
        harness.RunUntil(() => server.Client.ConnectedAt.IsSet, "The session did not connect.");
        await CarryMicrophoneAsync(harness, session);

        var ice = server.Client.Peer.Transport.Ice;
        var before = ice.Local;
        var after = IceCredentials.Create(Prng.FromNumber(4));
        var offer = answer
            .Sdp.Replace(before.UsernameFragment, after.UsernameFragment, StringComparison.Ordinal)
            .Replace(before.Password, after.Password, StringComparison.Ordinal);
        var restarted = await harness.Node.Calls.RestartIceAsync(
            session,
            new SessionSdp(IsOffer: true, offer),
            CancellationToken.None
        );
        Assert.True(restarted.IsDone, restarted.Error?.Description);
        ice.RestartLocal(after, Credentials(restarted.Value.Description!.Sdp), harness.Now);
        harness.RunUntil(() => ice.PreviousLocal is null, "Nothing was nominated anew.");

        var heard = server.Client.Played[0].Packets;
        harness.RunUntil(
            () => server.Client.Played[0].Packets >= heard + 50,
            "The sound did not go on."
        );
    }

    [Fact]
    public async Task End_ByTheServer_SessionIsGone()
    {
        await using var harness = new NodeHarness();
        var (session, server) = await ServedAsync(harness);
        harness.RunUntil(() => server.Client.ConnectedAt.IsSet, "The session did not connect.");

        server.Client.Close(harness.Now);

        harness.RunUntil(() => IsGone(harness, session), "The session did not end.");
    }

    [Fact]
    public async Task End_AnsweredOrNot_ThePortIsClosed()
    {
        await using var harness = new NodeHarness();
        var (session, server) = await ServedAsync(harness);
        harness.RunUntil(() => server.Client.ConnectedAt.IsSet, "The session did not connect.");
        // The server is connected before its last flight is read: whoever ends then has no keys to tell it with.
        harness.RunUntil(() => IsConnected(harness, session), "The node did not connect.");
        var unanswered = await NewSessionAsync(harness);
        var offered = await OfferAsync(harness, unanswered);
        NetworkAddress[] ports =
        [
            server.Client.Peer.Transport.Selected,
            Candidate(offered.Value!.Description!.Sdp),
        ];
        Assert.All(ports, port => Assert.False(IsClosed(port)));

        await harness.Node.Calls.DeleteSessionAsync(session, CancellationToken.None);
        await harness.Node.Calls.DeleteSessionAsync(unanswered, CancellationToken.None);

        harness.RunUntil(() => ports.All(IsClosed), "A port stays open.");
        harness.RunUntil(
            () => server.Client.Peer.Transport.State == PeerState.Closed,
            "The server was not told."
        );
    }

    [Fact]
    public async Task NewSession_OverTheBoundOfServers_RefusedUntilOneEnds()
    {
        await using var harness = new NodeHarness(
            NodeHarness.Options() with
            {
                ServerSessionsMax = 1,
            }
        );
        var first = await NewSessionAsync(harness);
        var request = new NewSessionRequest("app", null, IsThirdParty: true, null, null);

        var refused = await harness.Node.Calls.CreateSessionAsync(request, CancellationToken.None);

        Assert.Equal(CallsErrorCode.Overloaded, refused.Error!.Code);
        Assert.NotNull(refused.Error.RetryAfter);
        _ = await harness.NewSessionAsync();
        await harness.Node.Calls.DeleteSessionAsync(first, CancellationToken.None);
        _ = await NewSessionAsync(harness);
    }

    private static bool IsClosed(NetworkAddress port)
    {
        var options = new UdpSocketOptions(port) { SharesPort = false };
        var error = UdpSocket.TryOpen(options, out var socket);
        socket?.Dispose();
        return error == SystemError.None;
    }

    /// <summary>An offer that nobody answers is not waited for longer than any other session.</summary>
    [Fact]
    public async Task Expire_OfferNeverAnswered_SessionIsGone()
    {
        await using var harness = new NodeHarness(
            NodeHarness.Options() with
            {
                Calls = new CallsNodeLimits { SessionIdle = Soon },
            }
        );
        var session = await NewSessionAsync(harness);
        Assert.True((await OfferAsync(harness, session)).IsDone);

        harness.RunUntil(() => IsGone(harness, session), "The session did not expire.");
    }

    /// <summary>A server that is not there: the session ends when the time to connect is over.</summary>
    [Fact]
    public async Task Expire_ServerNeverAnswersACheck_SessionIsGone()
    {
        await using var harness = new NodeHarness(
            NodeHarness.Options() with
            {
                Calls = new CallsNodeLimits { SessionIdle = Soon },
            }
        );
        using var silent = new StrangerSocket();
        var session = await NewSessionAsync(harness);
        var answer = harness.AnswerAsServer(await OfferAsync(harness, session), silent.Local);
        using var unused = answer.Client;
        Assert.Null(await AcceptAsync(harness, session, answer));

        harness.RunUntil(() => IsGone(harness, session), "The session did not end.");
    }

    /// <summary>Addresses that a description must not aim the node at: refused with the reason, and the
    /// session ends, as its description is agreed already.</summary>
    [Fact]
    public async Task Connect_DescriptionNamesThisNode_RefusedAndSessionIsGone()
    {
        await using var harness = new NodeHarness();
        var session = await NewSessionAsync(harness);
        var itself = harness.Node.Candidates[0];
        var answer = harness.AnswerAsServer(await OfferAsync(harness, session), itself);
        using var unused = answer.Client;

        var refusal = await AcceptAsync(harness, session, answer);

        Assert.Equal(CallsErrorCode.InvalidSessionDescription, refusal!.Code);
        Assert.Contains("this node itself", refusal.Description, StringComparison.Ordinal);
        Assert.True(IsGone(harness, session));
    }

    private static byte[] Forge(StunTransactionId id, string password)
    {
        var buffer = new byte[StunMessage.BytesMax];
        var writer = new StunMessageWriter(
            buffer,
            StunClass.SuccessResponse,
            StunMethod.Binding,
            id
        );
        writer.AddXorMappedAddress(NetworkAddress.FromIPv4(0x7F000001, 7));
        writer.AddMessageIntegrity(System.Text.Encoding.ASCII.GetBytes(password));
        writer.AddFingerprint();
        return buffer[..writer.Complete()];
    }

    private static byte[] Check(IceCredentials to)
    {
        var buffer = new byte[StunMessage.BytesMax];
        var writer = new StunMessageWriter(
            buffer,
            StunClass.Request,
            StunMethod.Binding,
            StunTransactionId.Create(Prng.FromNumber(5))
        );
        writer.AddUsername(System.Text.Encoding.ASCII.GetBytes(to.UsernameFragment), "peer"u8);
        writer.AddMessageIntegrity(System.Text.Encoding.ASCII.GetBytes(to.Password));
        writer.AddFingerprint();
        return buffer[..writer.Complete()];
    }

    private static bool IsConnected(NodeHarness harness, SessionKey session) =>
        harness.Node.State.Sessions.TryFindById(session.SessionId, out var media)
        && media.State == SessionState.Connected;

    private static async Task<(SessionKey Session, SocketClient Server)> ServedAsync(
        NodeHarness harness
    )
    {
        var session = await NewSessionAsync(harness);
        var socket = SocketClient.Open(NetworkAddress.FromIPv4(0x7F000001, 0));
        var answer = harness.AnswerAsServer(await OfferAsync(harness, session), socket.Local);
        Assert.Null(await AcceptAsync(harness, session, answer));
        return (session, harness.Serve(answer.Client, socket));
    }

    private static async Task<SessionKey> NewSessionAsync(NodeHarness harness) =>
        new("app", await harness.NewSessionAsync(isThirdParty: true));

    private static Task<CallsResult<TracksOutcome>> OfferAsync(
        NodeHarness harness,
        SessionKey session
    ) =>
        harness.AskAsync(
            session,
            new TrackRequest
            {
                Location = TrackLocation.Local,
                TrackName = "voice",
                Kind = "audio",
                IsBidirectional = true,
            }
        );

    private static async Task<CallsError?> AcceptAsync(
        NodeHarness harness,
        SessionKey session,
        ClientAnswer answer
    ) =>
        await harness.Node.Calls.RenegotiateAsync(
            session,
            new SessionSdp(IsOffer: false, answer.Sdp),
            CancellationToken.None
        );

    /// <summary>Sends a client's microphone to the server, which publishes nothing itself: the section is
    /// named by its mid.</summary>
    private static async Task CarryMicrophoneAsync(NodeHarness harness, SessionKey session)
    {
        var publisher = await harness.PushAsync();
        var mic = NodeHarness.Remote(publisher.SessionId, "mic") with { Mid = "s1" };
        var pull = harness.AskAsync(session, mic);
        harness.RunUntil(() => pull.IsCompleted, "The pull did not come back.");
        Assert.Null((await pull).Value!.Tracks[0].Error);
    }

    private static IceCredentials Credentials(string sdp)
    {
        Assert.True(Wire.Sdp.SessionDescription.TryParse(sdp, out var description, out _));
        Assert.False(description.IsIceLite);
        var section = description.Sections.First(one => one.IceUsernameFragment is not null);
        return new(section.IceUsernameFragment!, section.IcePassword!);
    }

    private static bool IsGone(NodeHarness harness, SessionKey session) =>
        StateAsync(harness, session).GetAwaiter().GetResult() is null;

    /// <summary>The address that a description of ours names: the session's own port.</summary>
    private static NetworkAddress Candidate(string sdp)
    {
        Assert.True(Wire.Sdp.SessionDescription.TryParse(sdp, out var description, out _));
        Assert.True(description.Sections[0].Candidates[0].TryReadAddress(out var address));
        return address;
    }

    private static async Task<CallsSessionState?> StateAsync(
        NodeHarness harness,
        SessionKey session
    ) => (await harness.Node.Calls.GetSessionAsync(session, CancellationToken.None)).Value;

    private static long Unknown(NodeHarness harness)
    {
        long total = 0;
        foreach (var shard in harness.Node.Shards)
        {
            total += shard.Stats.Drops[(int)ShardDrop.UnknownSession];
        }

        return total;
    }
}
