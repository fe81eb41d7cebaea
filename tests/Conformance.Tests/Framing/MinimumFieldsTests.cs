using System.Text.Json;
using Conformance.Tests.Channels;
using Conformance.Tests.Support;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Conformance.Tests.Framing;

/// <summary>§7.3: the members without which first-party clients break, call by call.</summary>
public sealed class MinimumFieldsTests(CallsLab lab) : IClassFixture<CallsLab>
{
    private ApiClient Api => lab.Api;

    [Fact]
    public async Task NewSession_HasTheId() =>
        Assert.NotEmpty((await Api.PostAsync("/sessions/new")).Expect(201).Find("sessionId")!);

    /// <summary>Push: each mid as it was sent, and an answer. Close: an answer, which partytracks sets without
    /// looking.</summary>
    [Fact]
    public async Task PushAndClose_HaveMidsAndAnswers()
    {
        var session = await Api.NewSessionAsync();
        var browser = Peers.Browser(SdpMediaKind.Audio, SdpMediaKind.Video);
        var pushed = await Api.NewTracksAsync(
            session,
            Items.All(Items.Local("1", "cam"), Items.Local("0", "mic")),
            browser.CreateOffer()
        );
        Assert.Equal(["1", "0"], pushed.Expect(200).Each("mid"));
        Assert.Equal("answer", pushed.SdpType);
        browser.TakeAnswer(pushed.Sdp);
        browser.Stop(browser.Find("0")!);
        var closed = await Api.CloseAsync(session, Items.Mid("0"), browser.CreateOffer());
        Assert.Equal("answer", closed.Expect(200).SdpType);
    }

    /// <summary>Pull: session, name and mid of each, whether to renegotiate, and an offer. Renegotiate and
    /// update: an object.</summary>
    [Fact]
    public async Task PullRenegotiateAndUpdate_HaveWhatTheyAreMatchedBy()
    {
        var publisher = await lab.PushAsync(Api);
        var session = await Api.NewSessionAsync();
        var pulled = await Api.NewTracksAsync(
            session,
            Items.All(
                Items.Remote(publisher.SessionId, Peers.Camera),
                Items.Remote(publisher.SessionId, Peers.Microphone)
            )
        );
        Assert.Equal([publisher.SessionId, publisher.SessionId], pulled.Each("sessionId"));
        Assert.Equal([Peers.Camera, Peers.Microphone], pulled.Each("trackName"));
        Assert.All(pulled.Each("mid"), mid => Assert.False(string.IsNullOrEmpty(mid)));
        Assert.Equal((true, "offer"), (pulled.RequiresRenegotiation, pulled.SdpType));
        var answer = Peers.Browser().TakeOffer(pulled.Sdp, SdpDirection.ReceiveOnly);
        (await Api.RenegotiateAsync(session, answer)).Expect(200);
        var updated = await Api.UpdateAsync(
            session,
            Items.Remote(publisher.SessionId, Peers.Camera, $",\"mid\":\"{pulled.Each("mid")[0]}\"")
        );
        updated.Expect(200);
    }

    [Fact]
    public async Task NewDataChannels_HaveIdLocationAndName()
    {
        var session = await lab.JoinAsync(Api);
        var made = await Api.NewChannelsAsync(session.SessionId, ChannelCalls.Local("chat"));
        var channel = Assert.Single(made.Expect(200).DataChannels);
        Assert.Equal(JsonValueKind.Number, channel.GetProperty("id").ValueKind);
        Assert.Equal("local", channel.GetProperty("location").GetString());
        Assert.Equal("chat", channel.GetProperty("dataChannelName").GetString());
    }
}
