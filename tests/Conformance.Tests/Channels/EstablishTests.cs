using System.Text.Json;
using Conformance.Tests.Remote;
using Conformance.Tests.Support;
using Edge.Testing;

namespace Conformance.Tests.Channels;

/// <summary>§1.10: how the transport of channels comes to be, and how channels end.</summary>
[Trait("Category", "Interop")]
public sealed class EstablishTests(ChannelLab fixture) : IClassFixture<ChannelLab>
{
    private const string Chat = "chat";
    private const string Events = "server-events";
    private readonly Dialogue _dialogue = new();

    private ApiClient Api => _dialogue.Over(fixture.Lab.Api);

    /// <summary>By the server's offer, then renegotiate; server-events is 0.</summary>
    [Theory]
    [InlineData(NodeHost.Werift)]
    [InlineData(NodeHost.Libwebrtc)]
    public async Task Establish_OurOffer_ChannelsOpen(string stack)
    {
        var peer = await RemotePeer.CreateAsync(fixture.Host(stack), Api, $"ours-{stack}");
        await OpenEventsAsync(peer, "\"negotiated\":true,\"id\":0");
        var offered = (await Api.EstablishAsync(peer.SessionId)).Expect(200);
        Assert.True(offered.RequiresRenegotiation);
        await peer.AnswerAsync(offered);
        await EventsOpenAsync(peer);
        await EventAsync(peer, "session.connected");
        await ExpectChannelsAsync(peer);
        Golden.Match("conformance/establish-ours.txt", _dialogue.ToString());
    }

    /// <summary>By the client's offer, with the channel opened in band: its first id is 0, since it is the DTLS
    /// client. werift 0.24 counts by its role in ICE instead and takes 1, which is ours (RFC 8832 §6), so that
    /// it opens the channel under its id.</summary>
    [Theory]
    [InlineData(NodeHost.Werift, "\"negotiated\":true,\"id\":0")]
    [InlineData(NodeHost.Libwebrtc, "")]
    public async Task Establish_ClientsOffer_ChannelsOpen(string stack, string options)
    {
        var peer = await RemotePeer.CreateAsync(fixture.Host(stack), Api, $"theirs-{stack}");
        await OpenEventsAsync(peer, options);
        var answered = await Api.EstablishAsync(peer.SessionId, await peer.OfferAsync());
        Assert.False(answered.Expect(200).RequiresRenegotiation);
        await peer.AcceptAsync(answered.Sdp);
        await EventsOpenAsync(peer);
        await ExpectChannelsAsync(peer);
        if (options.Length == 0)
        {
            // Told from when the channel is opened in band.
            await EventAsync(peer, "datachannel.published");
        }

        Golden.Match("conformance/establish-theirs.txt", _dialogue.ToString());
    }

    /// <summary>sfu-turn-go: the transport comes with the offer of sessions/new.</summary>
    [Fact]
    public async Task NewSession_OfferOfChannels_ChannelsOpen()
    {
        var host = fixture.Host(NodeHost.Libwebrtc);
        var peer = await RemotePeer.OfferAsync(host, Api, "first", OpenEventsAsync);
        await ExpectChannelsAsync(peer);
    }

    /// <summary>datachannels/close: what is closed closes at its peers too; it may be repeated.</summary>
    [Fact]
    public async Task Close_ByThePublisher_ClosesAtReaders()
    {
        var publisher = await fixture.ConnectAsync(NodeHost.Libwebrtc);
        var id = await Api.OpenAsync(publisher, ChannelCalls.Local(Chat), Chat);
        var reader = await fixture.ConnectAsync(NodeHost.Werift);
        await Api.OpenAsync(reader, ChannelCalls.Remote(publisher.SessionId, Chat), Chat);
        var other = await fixture.ConnectAsync(NodeHost.Libwebrtc);
        var otherId = await Api.OpenAsync(
            other,
            ChannelCalls.Remote(publisher.SessionId, Chat),
            Chat
        );

        (await Api.CloseChannelsAsync(other.SessionId, otherId)).Expect(200);
        await other.UntilAsync("it is closed", seen => seen.Channel(Chat).State is "closed");
        await publisher.SayAsync(Chat, "still there");
        await reader.UntilAsync("it goes on", seen => seen.Channel(Chat).Texts.Count == 1);

        (await Api.CloseChannelsAsync(publisher.SessionId, id)).Expect(200);
        await reader.UntilAsync("it is closed", seen => seen.Channel(Chat).State is "closed");
        (await Api.CloseChannelsAsync(publisher.SessionId, id)).Expect(200);
        Assert.Equal("connected", (await reader.LookAsync()).State);
    }

    /// <summary>A publisher that closes its own end closes the channel for all.</summary>
    [Fact]
    public async Task Shut_ByThePublishersStack_ClosesAtReaders()
    {
        var publisher = await fixture.ConnectAsync(NodeHost.Libwebrtc);
        await Api.OpenAsync(publisher, ChannelCalls.Local(Chat), Chat);
        var reader = await fixture.ConnectAsync(NodeHost.Libwebrtc);
        await Api.OpenAsync(reader, ChannelCalls.Remote(publisher.SessionId, Chat), Chat);
        await publisher.AskAsync("shut", "\"channel\":\"chat\"");
        await reader.UntilAsync("it is closed", seen => seen.Channel(Chat).State is "closed");
        var late = await Api.NewChannelsAsync(
            reader.SessionId,
            ChannelCalls.Remote(publisher.SessionId, Chat)
        );
        Assert.Contains("not_found_track_error", late.Text, StringComparison.Ordinal);
    }

    private async Task ExpectChannelsAsync(RemotePeer peer)
    {
        await fixture.Lab.Api.OpenAsync(peer, ChannelCalls.Local(Chat), Chat);
        var reader = await fixture.ConnectAsync(NodeHost.Libwebrtc);
        await fixture.Lab.Api.OpenAsync(reader, ChannelCalls.Remote(peer.SessionId, Chat), Chat);
        await peer.SayAsync(Chat, "hello");
        await reader.UntilAsync("hello", seen => seen.Channel(Chat).Texts is ["hello"]);
    }

    private static Task OpenEventsAsync(RemotePeer peer) => OpenEventsAsync(peer, "");

    private static Task OpenEventsAsync(RemotePeer peer, string options) =>
        peer.AskAsync("channel", $"\"channel\":\"server-events\",\"options\":{{{options}}}");

    private static Task EventsOpenAsync(RemotePeer peer) =>
        peer.UntilAsync("server-events is open", seen => seen.Channel(Events).State is "open");

    /// <summary>server-events tells what happens to the session, in the form of GET events.</summary>
    private static Task EventAsync(RemotePeer peer, string type) =>
        peer.UntilAsync(
            type,
            seen =>
                seen.Channel(Events)
                    .Texts.Any(text =>
                    {
                        using var happened = JsonDocument.Parse(text);
                        return happened
                                .RootElement.GetProperty("sessionId")
                                .ValueEquals(peer.SessionId)
                            && happened.RootElement.GetProperty("type").ValueEquals(type);
                    })
        );
}
