using Control.Contract.Calls;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Calls;

/// <summary>The exact bodies that clients of the original match on.</summary>
public sealed class GoldenBodyTests
{
    private const string Sdp = "\"v=0\\r\\no=- 1 1 IN IP4 0.0.0.0\\r\\ns=-\\r\\nt=0 0\\r\\n\"";
    private const string OfferMember =
        "\"sessionDescription\":{\"type\":\"offer\",\"sdp\":" + Sdp + "}";
    private const string AnswerMember =
        "\"sessionDescription\":{\"type\":\"answer\",\"sdp\":" + Sdp + "}";
    private const string OurOffer =
        "\"sessionDescription\":{\"type\":\"offer\",\"sdp\":\"v=0\\r\\no=- 2 1 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\n\"}";
    private const string OurAnswer =
        "\"sessionDescription\":{\"type\":\"answer\",\"sdp\":\"v=0\\r\\no=- 3 1 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\n\"}";
    private const string Id = "00000000000000000000000000000001";

    [Theory]
    [InlineData("/v1/apps/one/sessions/new")]
    [InlineData("/apps/one/sessions/new")]
    [InlineData("/v1/apps/one/sessions/new?")]
    [InlineData("/v1/apps/one/sessions/new?streamDebug&correlationId=meeting-1&thirdparty=true")]
    public async Task NewSession_NoBody_SessionId(string path)
    {
        await using var server = await CallsServer.StartAsync();
        var text = await server.TextAsync(201, "POST", path);
        Assert.Equal($$"""{"sessionId":"{{Id}}"}""", text);
        var request = server.Node.Last<NewSessionRequest>();
        var hasQuery = path.Contains("thirdparty", StringComparison.Ordinal);
        var expected = new NewSessionRequest(
            "one",
            null,
            hasQuery,
            hasQuery ? "meeting-1" : null,
            null
        );
        Assert.Equal(expected, request);
    }

    [Fact]
    public async Task NewSession_WithOffer_AnswerToo()
    {
        await using var server = await CallsServer.StartAsync();
        var text = await server.TextAsync(
            201,
            "POST",
            "/v1/apps/one/sessions/new",
            "{" + OfferMember + "}"
        );
        Assert.Equal($$"""{"sessionId":"{{Id}}",{{OurAnswer}}}""", text);
        Assert.True(server.Node.Last<NewSessionRequest>().Offer!.IsOffer);
    }

    [Theory]
    // A: push with the client's offer. B: discovered. C: pull with our offer. D: pull with the client's.
    // E: onto a section that is there. F: a local track that we offer.
    [InlineData(
        "{" + OfferMember + ""","tracks":[{"location":"local","mid":"0","trackName":"cam"}]}""",
        $$"""{"requiresImmediateRenegotiation":false,"tracks":[{"trackName":"cam","mid":"0"}],{{OurAnswer}}}"""
    )]
    [InlineData(
        $$"""{"autoDiscover":true,{{OfferMember}}}""",
        $$"""{"requiresImmediateRenegotiation":false,"tracks":[{"trackName":"drawn","mid":"0","kind":"audio"}],{{OurAnswer}}}"""
    )]
    [InlineData(
        """{"tracks":[{"location":"remote","sessionId":"S","trackName":"cam","simulcast":{"preferredRid":"h"}}]}""",
        $$"""{"requiresImmediateRenegotiation":true,"tracks":[{"sessionId":"S","trackName":"cam","mid":"0"}],{{OurOffer}}}"""
    )]
    [InlineData(
        "{"
            + OfferMember
            + ""","tracks":[{"location":"remote","sessionId":"S","trackName":"cam","kind":"audio"}]}""",
        $$"""{"requiresImmediateRenegotiation":false,"tracks":[{"sessionId":"S","trackName":"cam","mid":"0"}],{{OurAnswer}}}"""
    )]
    [InlineData(
        """{"tracks":[{"location":"remote","sessionId":"S","trackName":"cam","mid":"#user-mic"}]}""",
        """{"requiresImmediateRenegotiation":false,"tracks":[{"sessionId":"S","trackName":"cam","mid":"user-mic"}]}"""
    )]
    [InlineData(
        """{"tracks":[{"location":"local","trackName":"ai-voice","kind":"audio","bidirectionalMediaStream":true}]}""",
        $$"""{"requiresImmediateRenegotiation":true,"tracks":[{"trackName":"ai-voice","mid":"0"}],{{OurOffer}}}"""
    )]
    // What partytracks sends back of an answer: members that nobody asked for.
    [InlineData(
        """{"tracks":[{"location":"remote","sessionId":"S","trackName":"cam","mid":null,"status":7,"x":{"y":[1]}}],"z":1}""",
        $$"""{"requiresImmediateRenegotiation":true,"tracks":[{"sessionId":"S","trackName":"cam","mid":"0"}],{{OurOffer}}}"""
    )]
    public async Task NewTracks_EachForm_AsDocumented(string body, string expected)
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync();
        Assert.Equal(expected, await server.TextAsync(200, "POST", $"{session}/tracks/new", body));
    }

    [Fact]
    public async Task NewTracks_EveryMember_ReachesTheNode()
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync();
        const string body =
            """{"tracks":[{"location":"remote","mid":"3","sessionId":"S","trackName":"{a b}","kind":"video","bidirectionalMediaStream":true,"simulcast":{"preferredRid":"","priorityOrdering":"asciibetical","ridNotAvailable":"asciibetical"}},{"location":"remote","sessionId":"T","trackName":"cam","simulcast":{}}]}""";
        await server.TextAsync(200, "POST", $"{session}/tracks/new", body);
        var request = server.Node.Last<NewTracksRequest>();
        Assert.Equal(
            new TrackRequest
            {
                Location = TrackLocation.Remote,
                Mid = "3",
                SessionId = "S",
                TrackName = "{a b}",
                Kind = "video",
                IsBidirectional = true,
                Simulcast = new SimulcastChoice("", true, true),
            },
            request.Tracks[0]
        );
        Assert.Equal(new SimulcastChoice(null, false, false), request.Tracks[1].Simulcast);
        Assert.Equal((null, false), (request.Offer, request.DiscoversTracks));
    }

    [Fact]
    public async Task NewTracks_EveryPullFails_NoSdpAndNoRenegotiation()
    {
        await using var server = await CallsServer.StartAsync();
        server.Node.ItemErrors["cam"] = new(
            CallsErrorCode.TrackNotFound,
            "Track not found on remote peer.",
            TimeSpan.FromMilliseconds(250)
        );
        var session = await server.CreateSessionAsync();
        var text = await server.TextAsync(
            200,
            "POST",
            $"{session}/tracks/new",
            """{"tracks":[{"location":"remote","sessionId":"S","trackName":"cam"}]}"""
        );
        Assert.Equal(
            """{"requiresImmediateRenegotiation":false,"tracks":[{"sessionId":"S","trackName":"cam","errorCode":"not_found_track_error","errorDescription":"Track not found on remote peer.","retryable":true,"retryAfterMs":250}]}""",
            text
        );
    }

    [Fact]
    public async Task NewTracks_SomeItemsFail_EachInItsPlace()
    {
        await using var server = await CallsServer.StartAsync();
        server.Node.ItemErrors["b"] = new(CallsErrorCode.TrackEmpty, "No media.");
        var session = await server.CreateSessionAsync();
        var text = await server.TextAsync(
            200,
            "POST",
            $"{session}/tracks/new",
            """{"tracks":[{"location":"remote","sessionId":"S","trackname":"x"},{"location":"remote","sessionId":"S","trackName":"b"},{"location":"remote","sessionId":"S","trackName":"c","mid":"7"}]}"""
        );
        Assert.Equal(
            $$"""{"requiresImmediateRenegotiation":true,"tracks":[{"sessionId":"S","errorCode":"invalid_params","errorDescription":"tracks[0].trackName is missing: the track's name is expected. There is 'trackname': names are case-sensitive.","retryable":false},{"sessionId":"S","trackName":"b","errorCode":"empty_track_error","errorDescription":"No media.","retryable":true},{"sessionId":"S","trackName":"c","mid":"7"}],{{OurOffer}}}""",
            text
        );
        Assert.Equal(2, server.Node.Last<NewTracksRequest>().Tracks.Length);
    }

    [Fact]
    public async Task Renegotiate_Answer_EmptyObject()
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync();
        var text = await server.TextAsync(
            200,
            "PUT",
            $"{session}/renegotiate",
            "{" + AnswerMember + "}"
        );
        Assert.Equal("{}", text);
    }

    [Fact]
    public async Task CloseTracks_WithOffer_AnswerAndMids()
    {
        await using var server = await CallsServer.StartAsync();
        server.Node.ItemErrors["1"] = new(
            CallsErrorCode.CloseTrack,
            "Track doesn't exist or was already closed"
        );
        var session = await server.CreateSessionAsync();
        var text = await server.TextAsync(
            200,
            "PUT",
            $"{session}/tracks/close",
            $$"""{"tracks":[{"mid":"0"},{"mid":"1"}],{{OfferMember}},"force":false}"""
        );
        Assert.Equal(
            $$"""{"requiresImmediateRenegotiation":false,"tracks":[{"mid":"0"},{"mid":"1","errorCode":"close_track_error","errorDescription":"Track doesn't exist or was already closed","retryable":false}],{{OurAnswer}}}""",
            text
        );
    }

    [Fact]
    public async Task CloseTracks_Forced_NoSdp()
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync();
        const string body = """{"tracks":[{"mid":"0"}],"force":true}""";
        Assert.Equal(
            """{"requiresImmediateRenegotiation":false,"tracks":[{"mid":"0"}]}""",
            await server.TextAsync(200, "PUT", $"{session}/tracks/close", body)
        );
    }

    [Fact]
    public async Task UpdateTracks_FullTrackObject_Echoed()
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync();
        const string body =
            """{"tracks":[{"location":"remote","sessionId":"S","trackName":"cam","mid":"1","simulcast":{"preferredRid":""}}]}""";
        Assert.Equal(
            """{"requiresImmediateRenegotiation":false,"tracks":[{"sessionId":"S","trackName":"cam","mid":"1"}]}""",
            await server.TextAsync(200, "PUT", $"{session}/tracks/update", body)
        );
    }

    /// <summary>How it is sent, and what a publisher says of it, comes back in the answer.</summary>
    [Fact]
    public async Task UpdateTracks_Delivery_AskedAndEchoed()
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync();
        const string track =
            "{\"sessionId\":\"S\",\"trackName\":\"cam\",\"mid\":\"1\",\"content\":\"screen\",\"e2ee\":true,\"priority\":-2,\"minBitrate\":300000,\"paused\":false}";
        Assert.Equal(
            $$"""{"requiresImmediateRenegotiation":false,"tracks":[{{track}}]}""",
            await server.TextAsync(
                200,
                "PUT",
                $"{session}/tracks/update",
                $$"""{"tracks":[{{track}}]}"""
            )
        );
        var request = server.Node.Last<UpdateTracksRequest>();
        Assert.Equal(
            new DeliveryChoice
            {
                Priority = -2,
                MinBitsPerSecond = 300_000,
                IsPaused = false,
            },
            request.Tracks[0].Delivery
        );
        Assert.Equal(
            (TrackContent.Screen, true),
            (request.Tracks[0].Content, request.Tracks[0].IsEncrypted)
        );
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("," + OfferMember, false)]
    public async Task Establish_WithAndWithoutOffer_ChannelZero(string offer, bool isOurs)
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync();
        var body =
            $$$"""{"dataChannel":{"location":"remote","dataChannelName":"server-events"}{{{offer}}}}""";
        var flag = isOurs ? "true" : "false";
        var description = isOurs ? OurOffer : OurAnswer;
        Assert.Equal(
            $$"""{"requiresImmediateRenegotiation":{{flag}},"dataChannel":{"dataChannelName":"server-events","id":0},{{description}}}""",
            await server.TextAsync(200, "POST", $"{session}/datachannels/establish", body)
        );
    }

    [Fact]
    public async Task NewDataChannels_LocalAndRemote_EchoedWithIds()
    {
        await using var server = await CallsServer.StartAsync();
        server.Node.ItemErrors["gone"] = new(CallsErrorCode.TrackNotFound, "No such channel.");
        var session = await server.CreateSessionAsync();
        const string body =
            """{"dataChannels":[{"location":"local","dataChannelName":"chat","ordered":false,"maxRetransmits":0},{"location":"remote","sessionId":"S","dataChannelName":"chat","waitForAck":true,"canReply":true},{"location":"remote","sessionId":"S","dataChannelName":"gone"}]}""";
        Assert.Equal(
            """{"dataChannels":[{"location":"local","dataChannelName":"chat","id":1},{"location":"remote","sessionId":"S","dataChannelName":"chat","id":2},{"location":"remote","sessionId":"S","dataChannelName":"gone","errorCode":"not_found_track_error","errorDescription":"No such channel.","retryable":true}]}""",
            await server.TextAsync(200, "POST", $"{session}/datachannels/new", body)
        );
        var request = server.Node.Last<DataChannelsRequest>();
        Assert.Equal(
            new DataChannelRequest
            {
                Location = TrackLocation.Local,
                Name = "chat",
                IsOrdered = false,
                RetransmitsMax = 0,
            },
            request.Channels[0]
        );
        Assert.Equal((true, true), (request.Channels[1].WaitsForAck, request.Channels[1].CanReply));
    }

    [Fact]
    public async Task UpdateAndCloseDataChannels_PerItem()
    {
        await using var server = await CallsServer.StartAsync();
        server.Node.ItemErrors["4"] = new(CallsErrorCode.CloseTrack, "No such channel.");
        var session = await server.CreateSessionAsync();
        const string update =
            """{"dataChannels":[{"location":"remote","sessionId":"S","dataChannelName":"chat","id":2,"canReply":false}]}""";
        Assert.Equal(
            """{"dataChannels":[{"location":"remote","sessionId":"S","dataChannelName":"chat","id":1}]}""",
            await server.TextAsync(200, "PUT", $"{session}/datachannels/update", update)
        );
        Assert.Equal(
            """{"dataChannels":[{"id":2},{"id":4,"errorCode":"close_track_error","errorDescription":"No such channel.","retryable":false}]}""",
            await server.TextAsync(
                200,
                "PUT",
                $"{session}/datachannels/close",
                """{"dataChannels":[{"id":2},{"id":4}]}"""
            )
        );
    }

    [Fact]
    public async Task ReadSession_TracksAndChannels_WithTheirStatus()
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync();
        server.Node.Sessions[new("one", Id)] = new(
            Id,
            "connected",
            "meeting-1",
            null,
            [
                new(TrackLocation.Local, "0", Id, "cam", "video", TrackStatus.Active, null),
                new(
                    TrackLocation.Remote,
                    "1",
                    "S",
                    "mic",
                    "audio",
                    TrackStatus.Inactive,
                    new("h", true, false)
                ),
            ],
            [new(TrackLocation.Remote, "S", "chat", 2, TrackStatus.Initializing)]
        );
        Assert.Equal(
            $$$"""{"sessionId":"{{{Id}}}","state":"connected","tracks":[{"location":"local","trackName":"cam","mid":"0","kind":"video","status":"active"},{"location":"remote","sessionId":"S","trackName":"mic","mid":"1","kind":"audio","status":"inactive","simulcast":{"preferredRid":"h","priorityOrdering":"asciibetical","ridNotAvailable":"none"}}],"dataChannels":[{"location":"remote","sessionId":"S","dataChannelName":"chat","id":2,"status":"initializing"}],"correlationId":"meeting-1"}""",
            await server.TextAsync(200, "GET", session)
        );
    }

    [Fact]
    public async Task DeleteSession_Twice_GoneTheSecondTime()
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync();
        Assert.Equal("{}", await server.TextAsync(200, "DELETE", session));
        Assert.Equal(
            """{"errorCode":"session_error","errorDescription":"There is no such session: it has ended, or never was. Make a new one.","retryable":false}""",
            await server.TextAsync(410, "DELETE", session)
        );
    }

    [Fact]
    public async Task RestartIce_Offer_Answer()
    {
        await using var server = await CallsServer.StartAsync();
        var session = await server.CreateSessionAsync();
        Assert.Equal(
            $$"""{"requiresImmediateRenegotiation":false,{{OurAnswer}}}""",
            await server.TextAsync(200, "POST", $"{session}/ice-restart", "{" + OfferMember + "}")
        );
    }

    [Theory]
    [InlineData("new")]
    [InlineData("close")]
    public async Task Adapters_Any_DocumentedError(string verb)
    {
        await using var server = await CallsServer.StartAsync();
        Assert.Equal(
            """{"errorCode":"not_supported","errorDescription":"WebSocket adapters are not served by this build.","retryable":false,"tracks":[]}""",
            await server.TextAsync(
                501,
                "POST",
                $"/v1/apps/one/adapters/websocket/{verb}",
                """{"tracks":[{"location":"local"}]}"""
            )
        );
    }
}
