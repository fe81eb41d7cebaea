using Conformance.Tests.Support;
using Edge.Testing;

namespace Conformance.Tests.Channels;

/// <summary>§1.10, §1.12, §7.3: the requests of data channels and their bodies, over our own clients.</summary>
public sealed class RequestTests(CallsLab lab) : IClassFixture<CallsLab>
{
    private const string Chat = "chat";
    private readonly Dialogue _dialogue = new();

    private ApiClient Api => _dialogue.Over(lab.Api);

    /// <summary>§1.10, §1.14, §7.3: id, location and name of each come back.</summary>
    [Fact]
    public async Task New_LocalAndRemote_EchoedWithIds()
    {
        var publisher = await lab.JoinAsync(Api);
        var local = await Api.NewChannelsAsync(
            publisher.SessionId,
            ChannelCalls.Local(Chat),
            ChannelCalls.Local("unordered", ",\"ordered\":false,\"maxRetransmits\":0")
        );
        Assert.Equal(2, Ids(local).Distinct().Count());
        var reader = await lab.JoinAsync(Api);
        var remote = await Api.NewChannelsAsync(
            reader.SessionId,
            ChannelCalls.Remote(publisher.SessionId, Chat),
            ChannelCalls.Remote("nowhere", Chat)
        );
        Assert.Equal(
            publisher.SessionId,
            remote.DataChannels[0].GetProperty("sessionId").GetString()
        );
        Assert.Equal("not_found_track_error", ErrorOf(remote, 1));
        Golden.Match("conformance/channels-new.txt", _dialogue.ToString());
    }

    /// <summary>§1.12: a name that the session publishes already.</summary>
    [Fact]
    public async Task New_NameTaken_ItemFails()
    {
        var publisher = await lab.JoinAsync(Api);
        await Api.NewChannelsAsync(publisher.SessionId, ChannelCalls.Local(Chat));
        var again = await Api.NewChannelsAsync(publisher.SessionId, ChannelCalls.Local(Chat));
        Assert.Equal("repeated_local_track_error", ErrorOf(again.Expect(200), 0));
        Golden.Match("conformance/channels-repeated.txt", _dialogue.ToString());
    }

    /// <summary>§1.10: the two bounds of reliability exclude each other; waitForAck and canReply are a
    /// reader's.</summary>
    [Fact]
    public async Task New_ThatDoesNotFit_Refused()
    {
        var session = await Api.NewSessionAsync();
        string[] items =
        [
            ChannelCalls.Local(Chat, ",\"maxRetransmits\":1,\"maxPacketLifeTime\":1"),
            ChannelCalls.Local(Chat, ",\"waitForAck\":true"),
            ChannelCalls.Local(Chat, ",\"canReply\":true"),
            """{"location":"remote","dataChannelName":"chat"}""",
        ];
        foreach (var item in items)
        {
            (await Api.NewChannelsAsync(session, item)).Expect(406, "invalid_params");
        }

        (await Api.NewChannelsAsync(session, """{"location":"local"}""")).Expect(
            400,
            "decoding_error"
        );
        Golden.Match("conformance/channels-refused.txt", _dialogue.ToString());
    }

    /// <summary>§1.12, §1.13: a call that needs the transport waits for it, and gets 425 in the end.</summary>
    [Fact]
    public async Task New_TransportNeverConnects_TooEarly()
    {
        var browser = Peers.Browser();
        browser.AddDataChannels();
        var offer = ApiClient.Description("offer", browser.CreateOffer());
        var created = (await Api.PostAsync("/sessions/new", $"{{{offer}}}")).Expect(201);
        var session = created.Find("sessionId")!;
        var early = await Api.NewChannelsAsync(session, ChannelCalls.Local(Chat));
        early.Expect(425, "session_error");
        Assert.True(early.Body.GetProperty("retryable").GetBoolean());
        Golden.Match("conformance/channels-early.txt", _dialogue.ToString());
    }

    /// <summary>A session that never agreed on a transport for channels is told what to do first.</summary>
    [Fact]
    public async Task New_WithoutTransport_SaysWhatIsMissing()
    {
        var session = await Api.NewSessionAsync();
        (await Api.NewChannelsAsync(session, ChannelCalls.Local(Chat))).Expect(
            406,
            "invalid_params"
        );
        Golden.Match("conformance/channels-none.txt", _dialogue.ToString());
    }

    /// <summary>§1.10: only server-events is established; the offer has to have an m=application section.</summary>
    [Fact]
    public async Task Establish_OtherwiseThanMeant_Refused()
    {
        var session = await Api.NewSessionAsync();
        var path = $"/sessions/{session}/datachannels/establish";
        const string other = """{"dataChannel":{"location":"remote","dataChannelName":"chat"}}""";
        (await Api.PostAsync(path, other)).Expect(400, "decoding_error");
        var offer = Peers.Browser(Edge.Wire.Sdp.SdpMediaKind.Audio).CreateOffer();
        (await Api.EstablishAsync(session, offer)).Expect(406, "invalid_session_description");
        Golden.Match("conformance/establish-refused.txt", _dialogue.ToString());
    }

    /// <summary>§1.9, §1.10: update grants and takes canReply, close echoes item by item and may be repeated;
    /// GET shows what is there.</summary>
    [Fact]
    public async Task UpdateCloseAndState_OfChannels_ItemByItem()
    {
        var publisher = await lab.JoinAsync(Api);
        var reader = await lab.JoinAsync(Api);
        var local = await Api.NewChannelsAsync(publisher.SessionId, ChannelCalls.Local(Chat));
        var remote = await Api.NewChannelsAsync(
            reader.SessionId,
            ChannelCalls.Remote(publisher.SessionId, Chat)
        );
        var id = Ids(remote)[0];
        var updated = await Api.UpdateChannelsAsync(
            reader.SessionId,
            ChannelCalls.Remote(publisher.SessionId, Chat, $",\"id\":{id},\"canReply\":true")
        );
        Assert.Null(ErrorOf(updated.Expect(200), 0));
        var wrong = await Api.UpdateChannelsAsync(
            publisher.SessionId,
            ChannelCalls.Remote(reader.SessionId, "none", ",\"canReply\":true")
        );
        Assert.Equal("update_track_error", ErrorOf(wrong.Expect(200), 0));
        Assert.Equal("active", Status(await Api.StateAsync(reader.SessionId)));
        Assert.Equal("active", Status(await Api.StateAsync(publisher.SessionId)));

        var closed = await Api.CloseChannelsAsync(publisher.SessionId, Ids(local)[0], 999);
        Assert.Null(ErrorOf(closed.Expect(200), 0));
        Assert.Equal("close_track_error", ErrorOf(closed, 1));
        var again = await Api.CloseChannelsAsync(publisher.SessionId, Ids(local)[0]);
        Assert.Equal("close_track_error", ErrorOf(again.Expect(200), 0));
        Assert.Null(Status(await Api.StateAsync(publisher.SessionId)));
        Golden.Match("conformance/channels-life.txt", _dialogue.ToString());
    }

    private static IReadOnlyList<int> Ids(Reply reply) =>
        [.. reply.Expect(200).DataChannels.Select(channel => channel.GetProperty("id").GetInt32())];

    private static string? ErrorOf(Reply reply, int item) =>
        reply.DataChannels[item].TryGetProperty("errorCode", out var code)
            ? code.GetString()
            : null;

    private static string? Status(Reply state) =>
        state
            .Expect(200)
            .DataChannels.Select(channel => channel.GetProperty("status").GetString())
            .SingleOrDefault();
}
