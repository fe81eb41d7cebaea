using Conformance.Tests.Remote;
using Conformance.Tests.Support;
using Xunit.Abstractions;

namespace Conformance.Tests.Channels;

/// <summary>§1.10 with other implementations of SCTP at both ends: werift's and libwebrtc's.</summary>
[Trait("Category", "Interop")]
public sealed class TransferTests(ChannelLab fixture, ITestOutputHelper output)
    : IClassFixture<ChannelLab>
{
    private const string Chat = "chat";
    private const int LargeBytes = 1_000_000;

    // What a reader may have outstanding at the node and in the sockets, with room to spare.
    private const long OutstandingMax = 12L * 1024 * 1024;

    // libwebrtc announces 256 KiB, werift 64: a test of larger messages writes their SDP for them, and both do what
    // it says.
    private const string LargeLibwebrtc =
        """{"was":"a=max-message-size:262144","is":"a=max-message-size:1048576"}""";

    private const string LargeWerift =
        """{"was":"a=max-message-size:65536","is":"a=max-message-size:1048576"}""";

    private ApiClient Api => fixture.Lab.Api;

    /// <summary>§1.10: one publisher, many subscribers; each gets every message, whole, once and in order.</summary>
    [Theory]
    [InlineData(NodeHost.Werift)]
    [InlineData(NodeHost.Libwebrtc)]
    public async Task Publish_ToSubscribersOfBothStacks_EveryMessageInOrder(string stack)
    {
        const int count = 300;
        var publisher = await fixture.ConnectAsync(stack);
        await Api.OpenAsync(publisher, ChannelCalls.Local(Chat), Chat);
        var readers = new List<RemotePeer>();
        foreach (var reading in (string[])[NodeHost.Werift, NodeHost.Libwebrtc])
        {
            var reader = await fixture.ConnectAsync(reading);
            await Api.OpenAsync(reader, ChannelCalls.Remote(publisher.SessionId, Chat), Chat);
            readers.Add(reader);
        }

        await publisher.SendAsync(Chat, count, size: 1000);
        await publisher.SayAsync(Chat, "the end");
        foreach (var reader in readers)
        {
            var seen = (
                await reader.UntilAsync("the end", seen => seen.Channel(Chat).Texts.Count > 0)
            ).Channel(Chat);
            Assert.Equal((count, count + 1), (seen.Different, seen.Messages));
            Assert.Equal((0, 0, 0), (seen.Broken, seen.Repeated, seen.Backwards));
            Assert.Equal(["the end"], seen.Texts);
        }
    }

    /// <summary>Messages of 1 MB, beyond what Chromium announces; as many as a reader may lag behind.</summary>
    [Theory]
    [InlineData(NodeHost.Werift, NodeHost.Libwebrtc)]
    [InlineData(NodeHost.Libwebrtc, NodeHost.Werift)]
    [InlineData(NodeHost.Libwebrtc, NodeHost.Libwebrtc)]
    public async Task Publish_MessagesOfAMegabyte_Whole(string from, string to)
    {
        const int count = 3;
        var publisher = await fixture.ConnectAsync(from, Large(from));
        await Api.OpenAsync(publisher, ChannelCalls.Local(Chat), Chat);
        var reader = await fixture.ConnectAsync(to, Large(to));
        await Api.OpenAsync(reader, ChannelCalls.Remote(publisher.SessionId, Chat), Chat);
        await publisher.SendAsync(Chat, count, LargeBytes);
        var seen = (
            await reader.UntilAsync("all of them", seen => seen.Channel(Chat).Messages >= count)
        ).Channel(Chat);
        Assert.Equal((count, 0, LargeBytes), (seen.Different, seen.Broken, seen.Longest));
    }

    /// <summary>A reader that announces less than a message has is told so by the end of its channel, and the
    /// others get it.</summary>
    [Fact]
    public async Task Publish_LongerThanAReaderTakes_ItsChannelCloses()
    {
        var publisher = await fixture.ConnectAsync(NodeHost.Libwebrtc);
        await Api.OpenAsync(publisher, ChannelCalls.Local(Chat), Chat);
        var small = await fixture.ConnectAsync(NodeHost.Werift);
        await Api.OpenAsync(small, ChannelCalls.Remote(publisher.SessionId, Chat), Chat);
        var large = await fixture.ConnectAsync(NodeHost.Libwebrtc);
        await Api.OpenAsync(large, ChannelCalls.Remote(publisher.SessionId, Chat), Chat);
        await publisher.SendAsync(Chat, count: 1, size: 200_000);
        await large.UntilAsync("it comes", seen => seen.Channel(Chat).Longest == 200_000);
        var seen = await small.UntilAsync(
            "its channel is closed",
            seen => seen.Channel(Chat).State is "closed"
        );
        Assert.Equal(("connected", 0), (seen.State, seen.Channel(Chat).Messages));
        await ExpectToldAsync(small, "messageTooLong");
    }

    /// <summary>Unordered and partially reliable channels carry what comes through.</summary>
    [Theory]
    [InlineData("\"ordered\":false")]
    [InlineData("\"ordered\":false,\"maxRetransmits\":0")]
    [InlineData("\"ordered\":true,\"maxRetransmits\":3")]
    [InlineData("\"ordered\":false,\"maxPacketLifeTime\":500")]
    public async Task Publish_OtherReliability_Arrives(string options)
    {
        const int count = 50;
        var publisher = await fixture.ConnectAsync(NodeHost.Libwebrtc);
        await Api.OpenAsync(publisher, ChannelCalls.Local(Chat, $",{options}"), Chat, options);
        var reader = await fixture.ConnectAsync(NodeHost.Werift);
        await Api.OpenAsync(
            reader,
            ChannelCalls.Remote(publisher.SessionId, Chat, $",{options}"),
            Chat,
            options
        );
        await publisher.SendAsync(Chat, count, size: 500);
        var seen = (
            await reader.UntilAsync("all of them", seen => seen.Channel(Chat).Different >= count)
        ).Channel(Chat);
        Assert.Equal((0, 0), (seen.Broken, seen.Repeated));
    }

    /// <summary>§1.10, waitForAck: nothing comes before the reader's first message, which nobody gets.</summary>
    [Fact]
    public async Task WaitForAck_FirstMessageOfTheReader_OpensTheGate()
    {
        var publisher = await fixture.ConnectAsync(NodeHost.Werift);
        await Api.OpenAsync(publisher, ChannelCalls.Local(Chat), Chat);
        var plain = await fixture.ConnectAsync(NodeHost.Libwebrtc);
        await Api.OpenAsync(plain, ChannelCalls.Remote(publisher.SessionId, Chat), Chat);
        var gated = await fixture.ConnectAsync(NodeHost.Libwebrtc);
        const string wait = ",\"waitForAck\":true";
        await Api.OpenAsync(gated, ChannelCalls.Remote(publisher.SessionId, Chat, wait), Chat);

        await publisher.SayAsync(Chat, "early");
        await plain.UntilAsync("early", seen => seen.Channel(Chat).Texts is ["early"]);
        Assert.Empty((await gated.LookAsync()).Channel(Chat).Texts);
        await gated.SayAsync(Chat, "ready");
        // Early traffic is kept, as far as there is room for it.
        await gated.UntilAsync("early", seen => seen.Channel(Chat).Texts is ["early"]);
        await publisher.SayAsync(Chat, "late");
        await gated.UntilAsync("late", seen => seen.Channel(Chat).Texts is ["early", "late"]);
        await plain.UntilAsync("late", seen => seen.Channel(Chat).Texts is ["early", "late"]);
        Assert.Empty((await publisher.LookAsync()).Channel(Chat).Texts);
    }

    /// <summary>§1.10, canReply: one reader may answer, and only the publisher hears it; the right is given
    /// and taken by datachannels/update.</summary>
    [Fact]
    public async Task CanReply_OneReader_OnlyThePublisherHears()
    {
        var publisher = await fixture.ConnectAsync(NodeHost.Libwebrtc);
        await Api.OpenAsync(publisher, ChannelCalls.Local(Chat), Chat);
        var first = await fixture.ConnectAsync(NodeHost.Libwebrtc);
        var firstId = await Api.OpenAsync(
            first,
            ChannelCalls.Remote(publisher.SessionId, Chat, ",\"canReply\":true"),
            Chat
        );
        var second = await fixture.ConnectAsync(NodeHost.Werift);
        var secondId = await Api.OpenAsync(
            second,
            ChannelCalls.Remote(publisher.SessionId, Chat),
            Chat
        );

        await second.SayAsync(Chat, "unheard");
        await first.SayAsync(Chat, "hello");
        await publisher.UntilAsync("hello", seen => seen.Channel(Chat).Texts is ["hello"]);
        var refused = await Api.UpdateChannelsAsync(
            second.SessionId,
            Grant(publisher, secondId, "true")
        );
        Assert.True(refused.Text.Contains("errorCode", StringComparison.Ordinal), refused.Text);

        await GrantAsync(first, Grant(publisher, firstId, "false"));
        await GrantAsync(second, Grant(publisher, secondId, "true"));
        await first.SayAsync(Chat, "unheard");
        await second.SayAsync(Chat, "now me");
        await publisher.UntilAsync(
            "now me",
            seen => seen.Channel(Chat).Texts is ["hello", "now me"]
        );
        Assert.Empty((await first.LookAsync()).Channel(Chat).Texts);
    }

    /// <summary>A reader that takes nothing loses its channel, which it is told; the others and media go
    /// on.</summary>
    [Fact]
    public async Task SlowReader_LosesItsChannel_OthersDoNotNotice()
    {
        var media = await fixture.Lab.PushAsync(Api);
        var viewer = await fixture.Lab.PullAsync(Api, Items.Remote(media.SessionId, Peers.Camera));
        await fixture.Lab.PicturesAsync(viewer, 10);
        var publisher = await fixture.ConnectAsync(NodeHost.Libwebrtc);
        await Api.OpenAsync(publisher, ChannelCalls.Local(Chat), Chat);
        var quick = await fixture.ConnectAsync(NodeHost.Libwebrtc);
        await Api.OpenAsync(quick, ChannelCalls.Remote(publisher.SessionId, Chat), Chat);
        await using var host = NodeHost.Start(NodeHost.Werift);
        var slow = await fixture.ConnectAsync(host);
        await Api.OpenAsync(slow, ChannelCalls.Remote(publisher.SessionId, Chat), Chat);

        await host.FreezeAsync();
        await publisher.AskAsync(
            "talk",
            $"\"channel\":\"{Chat}\",\"size\":16000,\"intervalMs\":10"
        );
        await quick.UntilAsync(
            "more than the slow one may have outstanding",
            seen => seen.Channel(Chat).Messages * 16_000L > OutstandingMax
        );
        await host.ThawAsync();
        var lost = await slow.UntilAsync(
            "its channel is closed",
            seen => seen.Channel(Chat).State is "closed"
        );
        Assert.Equal("connected", lost.State);
        await ExpectToldAsync(slow, "tooSlow");
        await fixture.Lab.PicturesAsync(viewer, 10);
        await publisher.AskAsync("quiet", $"\"channel\":\"{Chat}\"");
        await publisher.SayAsync(Chat, "on we go");
        var rest = (
            await quick.UntilAsync("the last", seen => seen.Channel(Chat).Texts is ["on we go"])
        ).Channel(Chat);
        Assert.Equal((rest.Messages - 1, 0), (rest.Different, rest.Backwards));
        output.WriteLine(
            $"the slow reader got {lost.Channel(Chat).Messages} messages, the quick one {rest.Messages}"
        );
    }

    /// <summary>A reader is told on server-events why its channel ended.</summary>
    private static Task ExpectToldAsync(RemotePeer reader, string reason) =>
        reader.UntilAsync(
            $"it is told: {reason}",
            seen =>
                seen.Channel("server-events")
                    .Texts.Any(text =>
                        text.Contains("\"datachannel.ended\"", StringComparison.Ordinal)
                        && text.Contains($"\"{reason}\"", StringComparison.Ordinal)
                    )
        );

    private static string Large(string stack) =>
        stack is NodeHost.Werift ? LargeWerift : LargeLibwebrtc;

    private static string Grant(RemotePeer publisher, int id, string canReply) =>
        ChannelCalls.Remote(publisher.SessionId, Chat, $",\"id\":{id},\"canReply\":{canReply}");

    private async Task GrantAsync(RemotePeer peer, string item)
    {
        var updated = await Api.UpdateChannelsAsync(peer.SessionId, item);
        Assert.DoesNotContain("errorCode", updated.Expect(200).Text, StringComparison.Ordinal);
    }
}
