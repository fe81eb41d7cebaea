using System.Text;
using Conformance.Tests.Support;
using Edge.Testing;
using Edge.Wire.Sdp;

namespace Conformance.Tests.Limits;

/// <summary>§1.12 and §1.14: each error with its code, status and place, as Cloudflare's clients know it.</summary>
public sealed class ErrorTableTests(CallsLab lab) : IClassFixture<CallsLab>
{
    private readonly Dialogue _dialogue = new();

    private ApiClient Api => _dialogue.Over(lab.Api);

    /// <summary>§1.12, decoding_error: no JSON, or JSON of another shape (§1.14: a map where the array of
    /// update is).</summary>
    [Fact]
    public async Task Decoding_NotJsonOrOfAnotherShape_Code400()
    {
        var session = await Api.NewSessionAsync();
        foreach (
            var body in (string[])
                ["", "hello", "[]", "null", "{", "{\"tracks\":{}}", "{\"tracks\":7}"]
        )
        {
            var reply = await lab.Api.PostAsync($"/sessions/{session}/tracks/new", body);
            reply.Expect(400, "decoding_error");
        }

        const string map = """{"tracks":{"0":{"location":"remote","trackName":"cam"}}}""";
        (await Api.PutAsync($"/sessions/{session}/tracks/update", map)).Expect(
            400,
            "decoding_error"
        );
        Golden.Match("conformance/error-decoding.txt", _dialogue.ToString());
    }

    /// <summary>§1.12, payload_too_large of tracks/new and renegotiate.</summary>
    [Theory]
    [InlineData("POST", "tracks/new")]
    [InlineData("PUT", "renegotiate")]
    public async Task Body_TooLarge_Code413(string method, string path)
    {
        var session = await lab.Api.NewSessionAsync();
        // One byte more than GET /v1/limits allows.
        var text = $"{{{ApiClient.Description("offer", "v=0")}}}";
        var body = text + new string(' ', 512 * 1024 + 1 - Encoding.UTF8.GetByteCount(text));
        (await lab.Api.SendAsync(method, $"/sessions/{session}/{path}", body)).Expect(
            413,
            "payload_too_large"
        );
    }

    /// <summary>§1.12, session_error 410: every call to a session that is none.</summary>
    [Fact]
    public async Task Session_ThatIsNone_Code410Everywhere()
    {
        var offer = ApiClient.Description("offer", Peers.Browser(SdpMediaKind.Audio).CreateOffer());
        var answer = ApiClient.Description("answer", "v=0\r\n");
        var channel = """{"location":"local","dataChannelName":"chat"}""";
        (string Method, string Path, string? Body)[] calls =
        [
            ("GET", "", null),
            ("DELETE", "", null),
            ("POST", "/tracks/new", $"{{\"tracks\":[{Items.Local("0", "mic")}],{offer}}}"),
            ("PUT", "/renegotiate", $"{{{answer}}}"),
            ("PUT", "/tracks/close", """{"tracks":[{"mid":"0"}],"force":true}"""),
            ("PUT", "/tracks/update", $"{{\"tracks\":[{Items.Remote("S", "cam")}]}}"),
            (
                "POST",
                "/datachannels/establish",
                """{"dataChannel":{"location":"remote","dataChannelName":"server-events"}}"""
            ),
            ("POST", "/datachannels/new", $"{{\"dataChannels\":[{channel}]}}"),
            ("PUT", "/datachannels/update", $"{{\"dataChannels\":[{channel}]}}"),
            ("PUT", "/datachannels/close", """{"dataChannels":[{"id":2}]}"""),
            ("POST", "/ice-restart", $"{{{offer}}}"),
            ("GET", "/events", null),
        ];
        foreach (var (method, path, body) in calls)
        {
            var reply = await lab.Api.SendAsync(method, $"/sessions/nowhere{path}", body);
            reply.Expect(410, "session_error");
        }
    }

    /// <summary>§1.12, invalid_session_description: what is no SDP, and what is the wrong type.</summary>
    [Fact]
    public async Task Description_WrongOrNone_Code406()
    {
        var session = await Api.NewSessionAsync();
        var item = Items.Local("0", "mic");
        (await Api.NewTracksAsync(session, item, "hello")).Expect(
            406,
            "invalid_session_description"
        );
        var answer = ApiClient.Description(
            "answer",
            Peers.Browser(SdpMediaKind.Audio).CreateOffer()
        );
        var path = $"/sessions/{session}/tracks/new";
        (await Api.PostAsync(path, $"{{\"tracks\":[{item}],{answer}}}")).Expect(
            406,
            "invalid_session_description"
        );
        (await Api.PostAsync(path, """{"autoDiscover":true}""")).Expect(
            406,
            "invalid_session_description"
        );
        Golden.Match("conformance/error-description.txt", _dialogue.ToString());
    }

    /// <summary>§1.12: a track that is there and sends nothing is empty, one that is not there is not found;
    /// both after the wait for it, and both may be asked for again.</summary>
    [Fact]
    public async Task Pull_SilentOrUnknownTrack_ItsOwnCode()
    {
        var silent = await Api.NewSessionAsync();
        var pushed = await Api.NewTracksAsync(
            silent,
            Items.Local("0", "mic"),
            Peers.Browser(SdpMediaKind.Audio).CreateOffer()
        );
        pushed.Expect(200);
        var session = await Api.NewSessionAsync();
        var pulled = await Api.NewTracksAsync(
            session,
            Items.All(Items.Remote(silent, "mic"), Items.Remote(silent, "cam"))
        );
        Assert.Equal(
            ["empty_track_error", "not_found_track_error"],
            pulled.Expect(200).Each("errorCode")
        );
        Golden.Match("conformance/error-pull.txt", _dialogue.ToString());
    }

    /// <summary>§1.14, spelling: a key of the wrong case is not known and so ignored, which broke users; the
    /// item that misses the right one names both.</summary>
    [Fact]
    public async Task Item_MisspeltTrackName_Named()
    {
        var session = await Api.NewSessionAsync();
        var alone = await Api.NewTracksAsync(
            session,
            """{"location":"remote","sessionId":"nowhere","trackname":"cam"}"""
        );
        alone.Expect(406, "invalid_params");
        var mixed = await Api.NewTracksAsync(
            session,
            Items.All(
                """{"location":"remote","sessionId":"nowhere","trackname":"cam"}""",
                Items.Remote("nowhere", "cam")
            )
        );
        Assert.Equal(
            ["invalid_params", "not_found_track_error"],
            mixed.Expect(200).Each("errorCode")
        );
        Assert.Contains("'trackname'", mixed.Text, StringComparison.Ordinal);
        Golden.Match("conformance/error-spelling.txt", _dialogue.ToString());
    }

    /// <summary>§1.8: only what is pulled can be updated; §1.5: no form publishes without a name.</summary>
    [Fact]
    public async Task Items_ThatCannotBe_FailWithTheirReason()
    {
        var session = await Api.NewSessionAsync();
        (await Api.UpdateAsync(session, Items.Local("0", "mic"))).Expect(406, "update_track_error");
        (
            await Api.NewTracksAsync(session, """{"location":"local","trackName":"ai-voice"}""")
        ).Expect(406, "invalid_params");
        (
            await Api.NewTracksAsync(
                session,
                """{"location":"local","trackName":"mic"}""",
                Peers.Browser(SdpMediaKind.Audio).CreateOffer()
            )
        ).Expect(406, "invalid_params");
        var noSection = await Api.NewTracksAsync(
            session,
            Items.Local("7", "mic"),
            Peers.Browser(SdpMediaKind.Audio).CreateOffer()
        );
        Assert.Equal(["invalid_params"], noSection.Expect(200).Each("errorCode"));
        Golden.Match("conformance/error-items.txt", _dialogue.ToString());
    }

    /// <summary>§1.11: there are no adapters; both calls say so, in the form that their clients read.</summary>
    [Theory]
    [InlineData(
        "new",
        """{"tracks":[{"location":"local","trackName":"a","endpoint":"wss://x.example","inputCodec":"pcm"}]}"""
    )]
    [InlineData("close", """{"tracks":[{"adapterId":"a"}]}""")]
    public async Task Adapters_Any_NotSupported(string verb, string body)
    {
        var reply = await lab.Api.PostAsync($"/adapters/websocket/{verb}", body);
        Assert.Empty(reply.Expect(501, "not_supported").Tracks);
    }
}
