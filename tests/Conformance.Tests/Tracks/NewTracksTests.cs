using Conformance.Tests.Support;
using Edge.Testing;
using Edge.Testing.Jsep;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Conformance.Tests.Tracks;

/// <summary>§1.5: the six forms of tracks/new with real media behind them, each with its bodies in a
/// golden file, and what a batch may hold.</summary>
public sealed class NewTracksTests(CallsLab lab) : IClassFixture<CallsLab>
{
    private readonly Dialogue _dialogue = new();

    private ApiClient Api => _dialogue.Over(lab.Api);

    /// <summary>§1.5 A and C: the usual publishing and the usual pulling.</summary>
    [Fact]
    public async Task FormsAAndC_PushAndPull_MediaFlows()
    {
        var publisher = await lab.PushAsync(Api);
        var viewer = await lab.PullAsync(
            Api,
            Items.Remote(publisher.SessionId, Peers.Microphone),
            Items.Remote(publisher.SessionId, Peers.Camera)
        );
        await lab.PicturesAsync(viewer, 30, section: 1);
        await lab.PacketsAsync(viewer, 30, section: 0);
        Assert.Equal(0, lab.Stage.Look(() => viewer.Client.Played[1].BackwardTimestamps));
        Golden.Match("conformance/form-a-c.txt", _dialogue.ToString());
    }

    /// <summary>§1.5 A: a browser's later offer still has the earlier sections; all are answered, and the
    /// new track's item has the mid that was sent.</summary>
    [Fact]
    public async Task FormA_SecondOffer_EarlierSectionsAnsweredToo()
    {
        var session = await Api.NewSessionAsync();
        var browser = Peers.Browser(SdpMediaKind.Audio);
        var first = await Api.NewTracksAsync(
            session,
            Items.Local("0", "mic"),
            browser.CreateOffer()
        );
        browser.TakeAnswer(first.Expect(200).Sdp);
        browser.Add(SdpMediaKind.Video, SdpDirection.SendOnly);
        var second = await Api.NewTracksAsync(
            session,
            Items.Local("1", "cam"),
            browser.CreateOffer()
        );
        browser.TakeAnswer(second.Expect(200).Sdp);
        Assert.Equal(["1"], second.Each("mid"));
        Assert.All(
            browser.Transceivers,
            transceiver => Assert.Equal(SdpDirection.SendOnly, transceiver.CurrentDirection)
        );
        Golden.Match("conformance/form-a-again.txt", _dialogue.ToString());
    }

    /// <summary>§1.5 A: a name that the session publishes already fails as an item, the rest goes on.</summary>
    [Fact]
    public async Task FormA_NameTaken_ItemFailsAlone()
    {
        var session = await Api.NewSessionAsync();
        var browser = Peers.Browser(SdpMediaKind.Audio, SdpMediaKind.Video, SdpMediaKind.Video);
        var pushed = await Api.NewTracksAsync(
            session,
            Items.All(Items.Local("0", "one"), Items.Local("1", "one"), Items.Local("2", "two")),
            browser.CreateOffer()
        );
        browser.TakeAnswer(pushed.Expect(200).Sdp);
        Assert.Equal([null, "repeated_local_track_error", null], pushed.Each("errorCode"));
        Golden.Match("conformance/form-a-repeated.txt", _dialogue.ToString());
    }

    /// <summary>§1.5 A: OAS says that bidirectionalMediaStream is of our offers only, the relay sends it with
    /// its own (§1.14): the answer is sendrecv.</summary>
    [Fact]
    public async Task FormA_Bidirectional_AnsweredSendReceive()
    {
        var session = await Api.NewSessionAsync();
        var browser = Peers.Browser();
        var transceiver = browser.Add(SdpMediaKind.Audio, SdpDirection.SendReceive);
        var pushed = await Api.NewTracksAsync(
            session,
            """{"location":"local","mid":"0","trackName":"user-mic","bidirectionalMediaStream":true}""",
            browser.CreateOffer()
        );
        browser.TakeAnswer(pushed.Expect(200).Sdp);
        Assert.Equal(SdpDirection.SendReceive, transceiver.CurrentDirection);
        Golden.Match("conformance/form-a-bidirectional.txt", _dialogue.ToString());
    }

    /// <summary>§1.5 B: a name is drawn for each new sending section, and its kind is told.</summary>
    [Fact]
    public async Task FormB_AutoDiscover_EveryNewSectionNamed()
    {
        var session = await Api.NewSessionAsync();
        var browser = Peers.Browser(SdpMediaKind.Audio, SdpMediaKind.Video);
        var found = await DiscoverAsync(session, browser);
        browser.TakeAnswer(found.Sdp);
        Assert.Equal(["audio", "video"], found.Each("kind"));
        Assert.Equal(["0", "1"], found.Each("mid"));
        browser.Add(SdpMediaKind.Video, SdpDirection.SendOnly);
        var more = await DiscoverAsync(session, browser);
        Assert.Equal(["2"], more.Each("mid"));
        var names = found
            .Each("trackName")
            .Concat(more.Each("trackName"))
            .ToHashSet(StringComparer.Ordinal);
        Assert.Equal(3, names.Count);
        Golden.Match("conformance/form-b.txt", _dialogue.ToString());
    }

    /// <summary>§1.5 C: a batch of several publishers; one that fails leaves the others their offer.</summary>
    [Fact]
    public async Task FormC_SeveralPublishersOneUnknown_OfferOfTheGoodOnes()
    {
        var first = await lab.PushAsync(lab.Api);
        var second = await lab.PushAsync(lab.Api);
        _dialogue.Name(first.SessionId, "FIRST");
        _dialogue.Name(second.SessionId, "SECOND");
        var session = await Api.NewSessionAsync();
        var pulled = await Api.NewTracksAsync(
            session,
            Items.All(
                Items.Remote(first.SessionId, Peers.Camera),
                Items.Remote("nowhere", "nothing"),
                Items.Remote(second.SessionId, Peers.Camera)
            )
        );
        Assert.Equal([null, "not_found_track_error", null], pulled.Expect(200).Each("errorCode"));
        var viewer = await lab.AnswerAsync(Api, session, pulled);
        await lab.PicturesAsync(viewer, 10, section: 0);
        await lab.PicturesAsync(viewer, 10, section: 1);
        Golden.Match("conformance/form-c-partial.txt", _dialogue.ToString());
    }

    /// <summary>§1.5 C: when every item fails the answer is 200, without SDP and renegotiation (§1.14: and
    /// without mid).</summary>
    [Fact]
    public async Task FormC_EveryItemFails_NoOffer()
    {
        var session = await Api.NewSessionAsync();
        var pulled = await Api.NewTracksAsync(session, Items.Remote("nowhere", "cam"));
        Assert.False(pulled.Expect(200).RequiresRenegotiation);
        Assert.Null(pulled.SdpType);
        Assert.Equal([null], pulled.Each("mid"));
        Golden.Match("conformance/form-c-none.txt", _dialogue.ToString());
    }

    /// <summary>§1.5 D: the client's offer has the receiving sections. They are matched by kind in order, or
    /// by mid where it is given.</summary>
    [Fact]
    public async Task FormD_ClientOffer_Answered()
    {
        var publisher = await lab.PushAsync(lab.Api);
        _dialogue.Name(publisher.SessionId, "PUBLISHER");
        var session = await Api.NewSessionAsync();
        var offer = lab.Stage.Make(
            (clients, _) =>
                clients.OfferPlay(new() { Tracks = Edge.Testing.Clients.ClientFactory.AudioVideo })
        );
        var pulled = await Api.NewTracksAsync(
            session,
            Items.All(
                Items.Remote(publisher.SessionId, Peers.Camera, ",\"kind\":\"video\""),
                Items.Remote(publisher.SessionId, Peers.Microphone, ",\"mid\":\"0\"")
            ),
            offer.Sdp
        );
        Assert.False(pulled.Expect(200).RequiresRenegotiation);
        Assert.Equal(["1", "0"], pulled.Each("mid"));
        var viewer = lab.Stage.Run(
            session,
            (clients, now) => clients.Connect(offer, pulled.Sdp, now)
        );
        await lab.PicturesAsync(viewer, 30, section: 1);
        await lab.PacketsAsync(viewer, 30, section: 0);
        Golden.Match("conformance/form-d.txt", _dialogue.ToString());
    }

    /// <summary>§1.5 E: a track goes into a sendrecv section that is there, named by its mid or by "#" and
    /// the name of the track it brings: no SDP, and the media comes.</summary>
    [Theory]
    [InlineData("#user-mic")]
    [InlineData("0")]
    public async Task FormE_IntoATransceiver_NoSdpAndMediaFlows(string mid)
    {
        var publisher = await lab.PushAsync(lab.Api);
        _dialogue.Name(publisher.SessionId, "PUBLISHER");
        var both = await lab.TalkAsync(Api, "user-mic");
        var pulled = await Api.NewTracksAsync(
            both.SessionId,
            Items.Remote(publisher.SessionId, Peers.Microphone, $",\"mid\":\"{mid}\"")
        );
        Assert.False(pulled.Expect(200).RequiresRenegotiation);
        Assert.Null(pulled.SdpType);
        await lab.PacketsAsync(both, 30);
        Golden.Match(
            mid is "0" ? "conformance/form-e-mid.txt" : "conformance/form-e-name.txt",
            _dialogue.ToString()
        );
    }

    /// <summary>§1.5 F: the server offers a section in which the client will send. Without
    /// bidirectionalMediaStream, where Cloudflare fails, it is one that only receives.</summary>
    [Theory]
    [InlineData(",\"bidirectionalMediaStream\":true", SdpDirection.SendReceive)]
    [InlineData("", SdpDirection.SendOnly)]
    public async Task FormF_OurOffer_Answered(string more, SdpDirection expected)
    {
        var session = await Api.NewSessionAsync();
        var pushed = await Api.NewTracksAsync(
            session,
            $$"""{"location":"local","trackName":"ai-voice","kind":"audio"{{more}}}"""
        );
        Assert.True(IsOffer(pushed), pushed.Text);
        var browser = Peers.Browser();
        var answer = browser.TakeOffer(pushed.Sdp, SdpDirection.SendReceive);
        (await Api.RenegotiateAsync(session, answer)).Expect(200);
        var section = browser.Find(pushed.Each("mid")[0]!);
        Assert.Equal(expected, section?.CurrentDirection);
        Assert.Equal(["ai-voice"], (await Api.StateAsync(session)).Each("trackName"));
        Golden.Match(
            more.Length > 0 ? "conformance/form-f.txt" : "conformance/form-f-receiving.txt",
            _dialogue.ToString()
        );

        static bool IsOffer(Reply reply) =>
            reply.Expect(200).RequiresRenegotiation && reply.SdpType is "offer";
    }

    /// <summary>§1.5: 64 tracks in a request, and one more is too many.</summary>
    [Theory]
    [InlineData(64, 200)]
    [InlineData(65, 406)]
    public async Task Batch_UpTo64Tracks_Taken(int count, int status)
    {
        var session = await lab.Api.NewSessionAsync();
        var items = Enumerable
            .Range(0, count)
            .Select(index => Items.Remote("nowhere", $"t{index}"));
        var reply = await lab.Api.NewTracksAsync(session, Items.All(items));
        if (status == 406)
        {
            reply.Expect(406, "invalid_params");
            return;
        }

        Assert.Equal(count, reply.Expect(200).Tracks.Count);
    }

    /// <summary>§1.5: a request is all local or all remote.</summary>
    [Fact]
    public async Task Batch_LocalAndRemote_Refused()
    {
        var session = await Api.NewSessionAsync();
        var mixed = await Api.NewTracksAsync(
            session,
            Items.All(Items.Local("0", "mic"), Items.Remote("S", "cam")),
            Peers.Browser(SdpMediaKind.Audio).CreateOffer()
        );
        mixed.Expect(406, "invalid_params");
        Golden.Match("conformance/batch-mixed.txt", _dialogue.ToString());
    }

    /// <summary>§1.3: partytracks sends back to us, from another client, whatever an item had; what nobody
    /// knows is not looked at.</summary>
    [Fact]
    public async Task Items_UnknownMembers_Ignored()
    {
        var publisher = await lab.PushAsync(lab.Api);
        _dialogue.Name(publisher.SessionId, "PUBLISHER");
        var session = await Api.NewSessionAsync();
        var pulled = await Api.NewTracksAsync(
            session,
            Items.Remote(
                publisher.SessionId,
                Peers.Camera,
                ",\"status\":\"active\",\"retryable\":false,\"x\":{\"y\":[1,null]}"
            )
        );
        Assert.Equal([Peers.Camera], pulled.Expect(200).Each("trackName"));
        Golden.Match("conformance/unknown-members.txt", _dialogue.ToString());
    }

    private async Task<Reply> DiscoverAsync(string session, JsepClient browser)
    {
        var offer = ApiClient.Description("offer", browser.CreateOffer());
        var body = $$"""{"autoDiscover":true,{{offer}}}""";
        return (await Api.PostAsync($"/sessions/{session}/tracks/new", body)).Expect(200);
    }
}
