using Conformance.Tests.Support;
using Edge.Testing;
using Edge.Testing.Clients;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Conformance.Tests.Tracks;

/// <summary>§1.6 to §1.9: renegotiate, close, update, and a session as it is.</summary>
public sealed class ChangeTests(CallsLab lab) : IClassFixture<CallsLab>
{
    private const int LowLayerPackets = 1;
    private const int HighLayerPackets = 4;

    private readonly Dialogue _dialogue = new();

    private ApiClient Api => _dialogue.Over(lab.Api);

    /// <summary>§1.6: {} for an answer; the same answer again may fail, and does: nothing is pending.</summary>
    [Fact]
    public async Task Renegotiate_Answer_EmptyObjectAndOnlyOnce()
    {
        var session = await Api.NewSessionAsync();
        (await Api.RenegotiateAsync(session, "v=0")).Expect(406, "invalid_session_description");
        var pushed = await OfferedAsync(session);
        var answer = Peers.Browser().TakeOffer(pushed.Sdp, SdpDirection.SendOnly);
        Assert.Equal("{}", (await Api.RenegotiateAsync(session, answer)).Expect(200).Text);
        (await Api.RenegotiateAsync(session, answer)).Expect(406, "invalid_session_description");
        Golden.Match("conformance/renegotiate.txt", _dialogue.ToString());
    }

    /// <summary>§1.6: offers never travel here.</summary>
    [Fact]
    public async Task Renegotiate_Offer_Refused()
    {
        var session = await Api.NewSessionAsync();
        var offer = ApiClient.Description("offer", Peers.Browser(SdpMediaKind.Audio).CreateOffer());
        (await Api.PutAsync($"/sessions/{session}/renegotiate", $"{{{offer}}}")).Expect(
            406,
            "invalid_session_description"
        );
        Golden.Match("conformance/renegotiate-offer.txt", _dialogue.ToString());
    }

    /// <summary>§1.13: one offer and answer at a time. Where Cloudflare answers 406 to a second change (and
    /// §6 has its users ask for a queue), it waits here until ours is answered.</summary>
    [Fact]
    public async Task Change_WhileAnOfferIsPending_WaitsForTheAnswer()
    {
        var session = await Api.NewSessionAsync();
        var pending = await OfferedAsync(session, "first");
        var second = OfferedAsync(session, "second");
        var answer = Peers.Browser().TakeOffer(pending.Sdp, SdpDirection.SendOnly);
        (await Api.RenegotiateAsync(session, answer)).Expect(200);
        Assert.True((await second).RequiresRenegotiation);
        Assert.Equal(["first"], (await Api.StateAsync(session)).Each("trackName"));
    }

    /// <summary>§1.13: an offer whose answer never comes, because its reply was lost, ends no session: the
    /// next change takes its place after a wait, and the late answer is refused.</summary>
    [Fact]
    public async Task Change_AfterALostOffer_TakesItsPlace()
    {
        var session = await Api.NewSessionAsync();
        var lost = await OfferedAsync(session, "first");
        var next = await Api.NewTracksAsync(
            session,
            Items.Local("0", "mic"),
            Peers.Browser(SdpMediaKind.Audio).CreateOffer()
        );
        Assert.Equal([null], next.Expect(200).Each("errorCode"));
        var late = Peers.Browser().TakeOffer(lost.Sdp, SdpDirection.SendOnly);
        (await Api.RenegotiateAsync(session, late)).Expect(406, "invalid_session_description");
        Golden.Match("conformance/offer-lost.txt", _dialogue.ToString());
    }

    /// <summary>§1.7, force false: an offer with the sections stopped is answered, and the answer is what
    /// partytracks sets unguarded. All mids that are listed end, though most are active in the offer.</summary>
    [Fact]
    public async Task Close_WithOffer_AnswerEndsEveryListedSection()
    {
        var session = await Api.NewSessionAsync();
        var browser = Peers.Browser(SdpMediaKind.Audio, SdpMediaKind.Video, SdpMediaKind.Video);
        var pushed = await Api.NewTracksAsync(
            session,
            Items.All(Items.Local("0", "a"), Items.Local("1", "b"), Items.Local("2", "c")),
            browser.CreateOffer()
        );
        browser.TakeAnswer(pushed.Expect(200).Sdp);
        browser.Stop(browser.Find("1")!);
        var closed = await Api.CloseAsync(
            session,
            Items.All(Items.Mid("1"), Items.Mid("2")),
            browser.CreateOffer()
        );
        Assert.Equal("answer", closed.Expect(200).SdpType);
        browser.TakeAnswer(closed.Sdp);
        Assert.Equal(SdpDirection.Inactive, browser.Find("2")!.CurrentDirection);
        Assert.Equal(["a"], (await Api.StateAsync(session)).Each("trackName"));
        Golden.Match("conformance/close.txt", _dialogue.ToString());
    }

    /// <summary>§1.7: without force there has to be an offer.</summary>
    [Fact]
    public async Task Close_NeitherForceNorOffer_Refused()
    {
        var session = await Api.NewSessionAsync();
        const string body = """{"tracks":[{"mid":"0"}],"force":false}""";
        (await Api.PutAsync($"/sessions/{session}/tracks/close", body)).Expect(
            406,
            "invalid_session_description"
        );
        (
            await Api.PutAsync(
                $"/sessions/{session}/tracks/close",
                """{"tracks":[],"force":true}"""
            )
        ).Expect(400, "decoding_error");
        (
            await Api.PutAsync(
                $"/sessions/{session}/tracks/close",
                """{"tracks":[{"mid":""}],"force":true}"""
            )
        ).Expect(400, "decoding_error");
        Golden.Match("conformance/close-refused.txt", _dialogue.ToString());
    }

    /// <summary>§1.7, force true: media stops without SDP; what is not there fails as an item; the forced
    /// close may be repeated (§1.13).</summary>
    [Fact]
    public async Task Close_Forced_MediaStops()
    {
        var publisher = await lab.PushAsync(Api);
        var viewer = await lab.PullAsync(Api, Items.Remote(publisher.SessionId, Peers.Camera));
        await lab.PicturesAsync(viewer, 10);
        var closed = await Api.CloseAsync(
            publisher.SessionId,
            Items.All(Items.Mid("1"), Items.Mid("7"))
        );
        Assert.Null(closed.Expect(200).SdpType);
        Assert.False(closed.RequiresRenegotiation);
        Assert.Equal([null, "close_track_error"], closed.Each("errorCode"));
        var again = await Api.CloseAsync(publisher.SessionId, Items.Mid("1"));
        Assert.Equal(["close_track_error"], again.Expect(200).Each("errorCode"));
        var own = await Api.StateAsync(publisher.SessionId);
        Assert.Equal([Peers.Microphone], own.Each("trackName"));
        Assert.Equal(["inactive"], (await Api.StateAsync(viewer.SessionId)).Each("status"));
        Golden.Match("conformance/close-forced.txt", _dialogue.ToString());
    }

    /// <summary>§1.7: where Cloudflare spends a section for ever, a section that was force-closed, and its
    /// name, are used again.</summary>
    [Fact]
    public async Task Close_Forced_SectionAndNameAreFreeAgain()
    {
        var session = await Api.NewSessionAsync();
        var browser = Peers.Browser(SdpMediaKind.Audio);
        for (var round = 0; round < 3; round++)
        {
            var pushed = await Api.NewTracksAsync(
                session,
                Items.Local("0", "mic"),
                browser.CreateOffer()
            );
            browser.TakeAnswer(pushed.Expect(200).Sdp);
            Assert.Equal([null], pushed.Each("errorCode"));
            Assert.Equal(SdpDirection.SendOnly, browser.Find("0")!.CurrentDirection);
            Assert.Equal([null], (await Api.CloseAsync(session, Items.Mid("0"))).Each("errorCode"));
        }

        Golden.Match("conformance/close-again.txt", _dialogue.ToString());
    }

    /// <summary>§1.7: a section that goes both ways ends both ways.</summary>
    [Fact]
    public async Task Close_Bidirectional_EndsBothWays()
    {
        var publisher = await lab.PushAsync(lab.Api);
        var both = await lab.TalkAsync(lab.Api, "user-mic");
        await lab.Api.NewTracksAsync(
            both.SessionId,
            Items.Remote(publisher.SessionId, Peers.Microphone, ",\"mid\":\"#user-mic\"")
        );
        await lab.PacketsAsync(both, 10);
        (await lab.Api.CloseAsync(both.SessionId, Items.Mid("#user-mic"))).Expect(200);
        Assert.Empty((await lab.Api.StateAsync(both.SessionId)).Tracks);
    }

    /// <summary>§1.8 a: a section that is there is pointed at another publisher's track, without SDP, and
    /// what the viewer gets goes on without a seam.</summary>
    [Fact]
    public async Task Update_OtherTrack_MediaChangesWithoutSdp()
    {
        var first = await lab.PushAsync(Api);
        var second = await lab.PushAsync(Api);
        var viewer = await lab.PullAsync(Api, Items.Remote(first.SessionId, Peers.Camera));
        await lab.PicturesAsync(viewer, 10);
        var mid = (await Api.StateAsync(viewer.SessionId)).Each("mid")[0];
        var updated = await Api.UpdateAsync(
            viewer.SessionId,
            Items.Remote(second.SessionId, Peers.Camera, $",\"mid\":\"{mid}\"")
        );
        Assert.False(updated.Expect(200).RequiresRenegotiation);
        Assert.Null(updated.SdpType);
        lab.Stage.Leave(first);
        await lab.PicturesAsync(viewer, 30);
        Assert.Equal(0, lab.Stage.Look(() => viewer.Client.Played[0].BackwardTimestamps));
        Golden.Match("conformance/update-track.txt", _dialogue.ToString());
    }

    /// <summary>§1.8 b, §3.4, §1.14: layers are chosen by hand, at a key frame; an empty preferredRid leaves
    /// the choice to the server.</summary>
    [Fact]
    public async Task Update_PreferredRid_LayerChanges()
    {
        var publisher = await lab.PushLayersAsync(Api);
        const string low = ",\"simulcast\":{\"preferredRid\":\"l\"}";
        var viewer = await lab.PullAsync(Api, Items.Remote(publisher.SessionId, Peers.Camera, low));
        await LayerAsync(viewer, LowLayerPackets);
        await PreferAsync(publisher, viewer, "h");
        await LayerAsync(viewer, HighLayerPackets);
        await PreferAsync(publisher, viewer, "l");
        await LayerAsync(viewer, LowLayerPackets);
        await PreferAsync(publisher, viewer, "");
        await LayerAsync(viewer, HighLayerPackets);
        Assert.Equal(0, lab.Stage.Look(() => viewer.Client.Played[0].SwitchesWithoutKeyFrame));
        Golden.Match("conformance/update-layer.txt", _dialogue.ToString());
    }

    /// <summary>Beyond §1.8: paused, nothing comes; resumed, a picture begins with a key frame, and numbers go
    /// on. No SDP either way.</summary>
    [Fact]
    public async Task Update_PausedAndResumed_MediaStopsAndGoesOn()
    {
        var publisher = await lab.PushAsync(Api);
        var viewer = await lab.PullAsync(
            Api,
            Items.Remote(publisher.SessionId, Peers.Camera, ",\"priority\":2,\"minBitrate\":100000")
        );
        await lab.PicturesAsync(viewer, 10);
        await DeliverAsync(publisher, viewer, "\"paused\":true");
        await Task.Delay(300);
        var before = lab.Stage.Look(() => viewer.Client.Played[0].Packets);
        await Task.Delay(700);
        Assert.Equal(before, lab.Stage.Look(() => viewer.Client.Played[0].Packets));
        (await Api.StateAsync(viewer.SessionId)).Expect(200);
        await DeliverAsync(publisher, viewer, "\"paused\":false,\"priority\":-1");
        await lab.PicturesAsync(viewer, 30);
        Assert.InRange(lab.Stage.Look(() => viewer.Client.Played[0].Missing), 0, 1);
        (await Api.StateAsync(viewer.SessionId)).Expect(200);
        Golden.Match("conformance/update-paused.txt", _dialogue.ToString());
    }

    /// <summary>What only pulled tracks have, and values out of range, are told by a sentence.</summary>
    [Fact]
    public async Task Update_DeliveryThatIsWrong_Named()
    {
        var session = await Api.NewSessionAsync();
        var offer = Peers.Browser(SdpMediaKind.Video).CreateOffer();
        const string local = """{"location":"local","mid":"0","trackName":"cam",""";
        (await Api.NewTracksAsync(session, local + "\"paused\":true}", offer)).Expect(
            406,
            "invalid_params"
        );
        (await Api.NewTracksAsync(session, local + "\"content\":\"film\"}", offer)).Expect(
            400,
            "decoding_error"
        );
        (await Api.UpdateAsync(session, "{\"mid\":\"0\",\"priority\":11}")).Expect(
            400,
            "decoding_error"
        );
        (await Api.UpdateAsync(session, "{\"mid\":\"0\",\"minBitrate\":-1}")).Expect(
            400,
            "decoding_error"
        );
        Golden.Match("conformance/update-delivery-wrong.txt", _dialogue.ToString());
    }

    /// <summary>What a publisher says of its track is told: a shared screen, encrypted end to end.</summary>
    [Fact]
    public async Task Push_ScreenThatIsEncrypted_IsSaid()
    {
        var session = await Api.NewSessionAsync();
        var offer = Peers.Browser(SdpMediaKind.Video).CreateOffer();
        const string screen =
            """{"location":"local","mid":"0","trackName":"screen","content":"screen","e2ee":true}""";
        (await Api.NewTracksAsync(session, screen, offer)).Expect(200);
        (await Api.StateAsync(session)).Expect(200);
        Golden.Match("conformance/push-screen.txt", _dialogue.ToString());
    }

    /// <summary>§1.8: echo-simulcast sends the publisher's mid; the section that carries the named track is
    /// meant all the same.</summary>
    [Fact]
    public async Task Update_PublishersMid_TheTracksNameDecides()
    {
        var publisher = await lab.PushLayersAsync(lab.Api);
        var viewer = await lab.PullAsync(
            lab.Api,
            Items.Remote(
                publisher.SessionId,
                Peers.Camera,
                ",\"simulcast\":{\"preferredRid\":\"l\"}"
            )
        );
        await LayerAsync(viewer, LowLayerPackets);
        var updated = await lab.Api.UpdateAsync(
            viewer.SessionId,
            Items.Remote(
                publisher.SessionId,
                Peers.Camera,
                ",\"mid\":\"0\",\"simulcast\":{\"preferredRid\":\"h\"}"
            )
        );
        Assert.Equal([null], updated.Expect(200).Each("errorCode"));
        await LayerAsync(viewer, HighLayerPackets);
    }

    /// <summary>§1.8: partytracks updates outside its queue, so an offer may be pending.</summary>
    [Fact]
    public async Task Update_WhileAnOfferIsPending_Taken()
    {
        var publisher = await lab.PushLayersAsync(lab.Api);
        _dialogue.Name(publisher.SessionId, "PUBLISHER");
        var viewer = await lab.PullAsync(Api, Items.Remote(publisher.SessionId, Peers.Camera));
        await lab.PicturesAsync(viewer, 10);
        var pending = await Api.NewTracksAsync(
            viewer.SessionId,
            Items.Remote(publisher.SessionId, Peers.Camera)
        );
        Assert.True(pending.Expect(200).RequiresRenegotiation);
        await PreferAsync(publisher, viewer, "l");
        await LayerAsync(viewer, LowLayerPackets);
        Golden.Match("conformance/update-pending.txt", _dialogue.ToString());
    }

    /// <summary>§1.8: what cannot be updated fails as an item.</summary>
    [Fact]
    public async Task Update_NothingToUpdate_ItemFails()
    {
        var session = await Api.NewSessionAsync();
        var publisher = await lab.PushAsync(lab.Api);
        _dialogue.Name(publisher.SessionId, "PUBLISHER");
        var updated = await Api.UpdateAsync(
            session,
            Items.Remote(publisher.SessionId, Peers.Camera, ",\"mid\":\"9\"")
        );
        Assert.Equal(["update_track_error"], updated.Expect(200).Each("errorCode"));
        Golden.Match("conformance/update-none.txt", _dialogue.ToString());
    }

    /// <summary>§1.9: tracks with their status: not connected yet, active, and gone with the publisher.</summary>
    [Fact]
    public async Task State_OfASession_TracksWithTheirStatus()
    {
        var waiting = await Api.NewSessionAsync("?correlationId=meeting-1");
        await Api.NewTracksAsync(
            waiting,
            Items.Local("0", "mic"),
            Peers.Browser(SdpMediaKind.Audio).CreateOffer()
        );
        Assert.Equal(["initializing"], (await Api.StateAsync(waiting)).Each("status"));

        var publisher = await lab.PushAsync(Api);
        var viewer = await lab.PullAsync(Api, Items.Remote(publisher.SessionId, Peers.Camera));
        await lab.PicturesAsync(viewer, 1);
        Assert.Equal(
            ["active", "active"],
            (await Api.StateAsync(publisher.SessionId)).Each("status")
        );
        Assert.Equal(["active"], (await Api.StateAsync(viewer.SessionId)).Each("status"));
        (await Api.DeleteAsync($"/sessions/{publisher.SessionId}")).Expect(200);
        (await Api.StateAsync(publisher.SessionId)).Expect(410, "session_error");
        Assert.Equal(["inactive"], (await Api.StateAsync(viewer.SessionId)).Each("status"));
        Golden.Match("conformance/state.txt", _dialogue.ToString());
    }

    private async Task<Reply> OfferedAsync(string session, string name = "ai-voice") =>
        (
            await Api.NewTracksAsync(
                session,
                $$"""{"location":"local","trackName":"{{name}}","kind":"audio"}"""
            )
        ).Expect(200);

    private async Task DeliverAsync(SocketClient publisher, SocketClient viewer, string members)
    {
        var track = Items.Remote(publisher.SessionId, Peers.Camera, $",{members}");
        var updated = await Api.UpdateAsync(viewer.SessionId, track);
        Assert.Equal([null], updated.Expect(200).Each("errorCode"));
        Assert.Null(updated.SdpType);
    }

    private async Task PreferAsync(SocketClient publisher, SocketClient viewer, string rid)
    {
        var mid = (await lab.Api.StateAsync(viewer.SessionId)).Each("mid")[0];
        var updated = await Api.UpdateAsync(
            viewer.SessionId,
            Items.Remote(
                publisher.SessionId,
                Peers.Camera,
                $",\"mid\":\"{mid}\",\"simulcast\":{{\"preferredRid\":\"{rid}\"}}"
            )
        );
        Assert.Equal([null], updated.Expect(200).Each("errorCode"));
    }

    private Task LayerAsync(SocketClient viewer, int packets) =>
        lab.Stage.UntilAsync(
            $"the layer of {packets} packets a frame comes",
            () => viewer.Client.Played[0].LastFramePackets == packets
        );
}
