using Conformance.Tests.Support;
using Edge.Testing;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Conformance.Tests.Sessions;

/// <summary>§1.4: making sessions.</summary>
public sealed class NewSessionTests(CallsLab lab) : IClassFixture<CallsLab>
{
    private readonly Dialogue _dialogue = new();

    private ApiClient Api => _dialogue.Over(lab.Api);

    /// <summary>§1.4: 201, and nothing but the id.</summary>
    [Fact]
    public async Task NewSession_WithoutOffer_IdOnly()
    {
        await Api.NewSessionAsync();
        Golden.Match("conformance/session-new.txt", _dialogue.ToString());
    }

    /// <summary>§1.4, §1.14: a body is documented as none, and the Go sample sends one: it is answered.</summary>
    [Fact]
    public async Task NewSession_WithOffer_Answered()
    {
        var browser = Peers.Browser();
        browser.Add(SdpMediaKind.Audio, SdpDirection.SendOnly);
        browser.AddDataChannels();
        var offer = ApiClient.Description("offer", browser.CreateOffer());
        var created = await Api.PostAsync("/sessions/new", $"{{{offer}}}");
        Assert.Equal("answer", created.Expect(201).SdpType);
        browser.TakeAnswer(created.Sdp);
        Golden.Match("conformance/session-new-offer.txt", _dialogue.ToString());
    }

    /// <summary>§1.4: sfu-turn-go offers an m=application section and nothing else.</summary>
    [Fact]
    public async Task NewSession_OfferOfDataChannelsOnly_Answered()
    {
        var browser = Peers.Browser();
        browser.AddDataChannels();
        var offer = ApiClient.Description("offer", browser.CreateOffer());
        var created = await Api.PostAsync("/sessions/new", $"{{{offer}}}");
        browser.TakeAnswer(created.Expect(201).Sdp);
        Golden.Match("conformance/session-new-data.txt", _dialogue.ToString());
    }

    /// <summary>§1.4: with another server as its peer the session is a full agent and writes the offer.</summary>
    [Fact]
    public async Task ThirdParty_Session_OffersAsAFullAgent()
    {
        var session = await Api.NewSessionAsync("?thirdparty=true");
        var pushed = await Api.NewTracksAsync(
            session,
            """{"location":"local","trackName":"ai-voice","kind":"audio","bidirectionalMediaStream":true}"""
        );
        Assert.Equal("offer", pushed.Expect(200).SdpType);
        Assert.DoesNotContain("a=ice-lite", pushed.Sdp, StringComparison.Ordinal);
        Assert.Contains("a=setup:actpass", pushed.Sdp, StringComparison.Ordinal);
        var browser = Peers.Browser();
        var answer = browser.TakeOffer(pushed.Sdp, SdpDirection.SendReceive);
        (await Api.RenegotiateAsync(session, answer)).Expect(200);
        Golden.Match("conformance/session-thirdparty.txt", _dialogue.ToString());
    }

    [Fact]
    public async Task NewSession_WrongDescription_RefusedAndNothingLeft()
    {
        var before = (await lab.Api.GetAsync("/sessions")).Body.GetProperty("sessions");
        var answer = ApiClient.Description("answer", "v=0");
        (await Api.PostAsync("/sessions/new", $"{{{answer}}}")).Expect(
            406,
            "invalid_session_description"
        );
        var noise = ApiClient.Description("offer", "hello");
        (await Api.PostAsync("/sessions/new", $"{{{noise}}}")).Expect(
            406,
            "invalid_session_description"
        );
        var after = (await lab.Api.GetAsync("/sessions")).Body.GetProperty("sessions");
        Assert.Equal(before.GetArrayLength(), after.GetArrayLength());
        Golden.Match("conformance/session-new-refused.txt", _dialogue.ToString());
    }

    /// <summary>§1.4: a label; sessions of one label are different sessions.</summary>
    [Fact]
    public async Task CorrelationId_Twice_TwoSessionsThatShowIt()
    {
        var first = await lab.Api.NewSessionAsync("?correlationId=meeting-1");
        var second = await lab.Api.NewSessionAsync("?correlationId=meeting-1");
        Assert.NotEqual(first, second, StringComparer.Ordinal);
        Assert.Equal("meeting-1", (await lab.Api.StateAsync(first)).Find("correlationId"));
    }

    /// <summary>Beyond §1.2: a session can be deleted; then it is gone for everybody, and a second DELETE
    /// says so.</summary>
    [Fact]
    public async Task Delete_Session_GoneForAll()
    {
        var publisher = await lab.PushAsync(Api);
        (await Api.DeleteAsync($"/sessions/{publisher.SessionId}")).Expect(200);
        (await Api.DeleteAsync($"/sessions/{publisher.SessionId}")).Expect(410, "session_error");
        var session = await Api.NewSessionAsync();
        var pulled = await Api.NewTracksAsync(
            session,
            Items.Remote(publisher.SessionId, Peers.Camera)
        );
        Assert.Equal(["not_found_track_error"], pulled.Expect(200).Each("errorCode"));
        await lab.Stage.UntilAsync(
            "the client is told by close_notify",
            () => publisher.Client.Peer.Transport.State == Edge.Protocol.Transport.PeerState.Closed
        );
        Golden.Match("conformance/session-delete.txt", _dialogue.ToString());
    }

    /// <summary>Beyond §1.2: sessions and tracks of an app are listed, in pages, and of no other app.</summary>
    [Fact]
    public async Task Lists_InPages_EachSessionOnce()
    {
        var publisher = await lab.PushAsync(lab.Api);
        await lab.Api.NewSessionAsync();
        await lab.Api.NewSessionAsync();
        var foreign = await lab.OtherApi.NewSessionAsync();
        var ids = new List<string>();
        var tracks = new List<string>();
        for (var after = ""; ; )
        {
            var page = (await lab.Api.GetAsync($"/sessions?limit=1{after}")).Expect(200);
            (await lab.Api.GetAsync($"/tracks?limit=1{after}"))
                .Expect(200)
                .Tracks.Where(track =>
                    track.GetProperty("sessionId").ValueEquals(publisher.SessionId)
                )
                .ToList()
                .ForEach(track => tracks.Add(track.GetProperty("trackName").GetString()!));
            ids.AddRange(
                page.Body.GetProperty("sessions")
                    .EnumerateArray()
                    .Select(session => session.GetProperty("sessionId").GetString()!)
            );
            if (page.Find("next") is not { } next)
            {
                break;
            }

            after = $"&after={next}";
        }

        Assert.True(ids.Count >= 3, $"{ids.Count} sessions");
        Assert.Equal(
            ids.Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal),
            ids,
            StringComparer.Ordinal
        );
        Assert.Contains(publisher.SessionId, ids, StringComparer.Ordinal);
        Assert.DoesNotContain(foreign, ids, StringComparer.Ordinal);
        Assert.Equal([Peers.Microphone, Peers.Camera], tracks, StringComparer.Ordinal);
        (await lab.Api.GetAsync("/sessions?limit=0")).Expect(406, "invalid_params");
    }

    /// <summary>Beyond §1.2: an offer of iceRestart is answered with new credentials; the tracks stay.</summary>
    [Fact]
    public async Task IceRestart_Offer_NewCredentialsAndTheTracksStay()
    {
        var session = await Api.NewSessionAsync();
        var browser = Peers.Browser(SdpMediaKind.Audio);
        var pushed = await Api.NewTracksAsync(
            session,
            Items.Local("0", "mic"),
            browser.CreateOffer()
        );
        browser.TakeAnswer(pushed.Expect(200).Sdp);
        browser.RestartIce();
        var offer = ApiClient.Description("offer", browser.CreateOffer());
        var restarted = await Api.PostAsync($"/sessions/{session}/ice-restart", $"{{{offer}}}");
        browser.TakeAnswer(restarted.Expect(200).Sdp);
        Assert.NotEqual(Fragment(pushed.Sdp), Fragment(restarted.Sdp), StringComparer.Ordinal);
        Assert.Equal(["mic"], (await Api.StateAsync(session)).Each("trackName"));
        Golden.Match("conformance/ice-restart.txt", _dialogue.ToString());
    }

    private static string Fragment(string sdp) =>
        sdp.Split("\r\n").First(line => line.StartsWith("a=ice-ufrag:", StringComparison.Ordinal));
}
