using Conformance.Tests.Channels;
using Conformance.Tests.Remote;
using Conformance.Tests.Support;

namespace Conformance.Tests.Network;

/// <summary>A call of two, pictures and messages both ways all the time, of whom one moves.</summary>
internal static class MovingCall
{
    private const string Camera = "cam";

    // Chosen: two seconds of pictures.
    private const int FramesBefore = 30;
    private const int FramesAfter = 30;
    private const int MessagesBefore = 20;
    private const int MessagesAfter = 40;
    private const string Up = "up";
    private const string Down = "down";

    /// <summary>Moves, and holds the call to going on.</summary>
    /// <returns>A line about the gaps.</returns>
    public static async Task<string> MoveAsync(
        MovingKind kind,
        Func<HomeLab, RemotePeer, Task> move
    )
    {
        await using var lab = await HomeLab.StartAsync(kind);
        var stayer = await PublishAsync(lab.Staying, lab.Api, "stayer");
        var mover = await PublishAsync(lab.Moving, lab.MovingApi, "mover");
        var down = await PullAsync(lab.MovingApi, mover, stayer);
        var up = await PullAsync(lab.Api, stayer, mover);
        await TalkAsync(lab.Api, stayer, lab.MovingApi, mover, Down);
        await TalkAsync(lab.MovingApi, mover, lab.Api, stayer, Up);
        await UntilAsync(mover, down, Down, FramesBefore, MessagesBefore);
        await UntilAsync(stayer, up, Up, FramesBefore, MessagesBefore);

        await mover.AskAsync("resetGaps");
        await stayer.AskAsync("resetGaps");
        var movesAt = (Mover: await mover.LookAsync(), Stayer: await stayer.LookAsync());
        await move(lab, mover);
        var moved = await UntilAsync(
            mover,
            down,
            Down,
            movesAt.Mover.Frames(down) + FramesAfter,
            movesAt.Mover.Channel(Down).Messages + MessagesAfter
        );
        var stayed = await UntilAsync(
            stayer,
            up,
            Up,
            movesAt.Stayer.Frames(up) + FramesAfter,
            movesAt.Stayer.Channel(Up).Messages + MessagesAfter
        );
        var gaps =
            $"longest gap of pictures down {moved.FrameGapMs(down)} ms, up "
            + $"{stayed.FrameGapMs(up)} ms; of messages down {moved.Channel(Down).GapMs} ms, up "
            + $"{stayed.Channel(Up).GapMs} ms";
        ExpectAll(moved.Channel(Down));
        ExpectAll(stayed.Channel(Up));
        // Whether something moved at all: a mapping that nobody had before, or the other way.
        Assert.True(
            await lab.Network.CountMappingsAsync() > 0 || lab.Network.IsMobile,
            "The server saw no other address."
        );
        var state = (await lab.Api.StateAsync(mover.SessionId)).Expect(200);
        Assert.Equal("connected", state.Find("state"));
        Assert.All(state.Each("status"), status => Assert.Equal("active", status));
        return gaps;
    }

    private static Task<RemotePeer.Seen> UntilAsync(
        RemotePeer peer,
        string mid,
        string channel,
        int frames,
        int messages
    ) =>
        peer.UntilAsync(
            $"{frames} pictures and {messages} messages",
            seen => seen.Frames(mid) >= frames && seen.Channel(channel).Messages >= messages
        );

    /// <summary>A reliable channel loses nothing by a move.</summary>
    private static void ExpectAll(RemotePeer.ChannelSeen seen)
    {
        Assert.Equal(seen.Messages, seen.Different);
        Assert.Equal((0, 0, 0), (seen.Broken, seen.Repeated, seen.Backwards));
        Assert.Equal(seen.Highest + 1, seen.Different);
    }

    /// <summary>Publishes pictures, and has a transport for data channels.</summary>
    private static async Task<RemotePeer> PublishAsync(IPeerHost host, ApiClient api, string name)
    {
        var peer = await RemotePeer.CreateAsync(host, api, name);
        await peer.AskAsync("transceiver", "\"kind\":\"video\",\"direction\":\"sendonly\"");
        await peer.AskAsync(
            "channel",
            "\"channel\":\"server-events\",\"options\":{\"negotiated\":true,\"id\":0}"
        );
        var pushed = await api.NewTracksAsync(
            peer.SessionId,
            Items.Local("0", Camera),
            await peer.OfferAsync()
        );
        await peer.AcceptAsync(pushed.Expect(200).Sdp);
        await peer.ConnectedAsync();
        return peer;
    }

    /// <returns>The section in which it comes.</returns>
    private static async Task<string> PullAsync(ApiClient api, RemotePeer to, RemotePeer from)
    {
        var pulled = await api.NewTracksAsync(to.SessionId, Items.Remote(from.SessionId, Camera));
        await to.AnswerAsync(pulled.Expect(200));
        return pulled.Each("mid")[0]!;
    }

    /// <summary>One publishes a channel, the other reads it; messages go all the time.</summary>
    private static async Task TalkAsync(
        ApiClient fromApi,
        RemotePeer from,
        ApiClient toApi,
        RemotePeer to,
        string channel
    )
    {
        await fromApi.OpenAsync(from, ChannelCalls.Local(channel), channel);
        await toApi.OpenAsync(to, ChannelCalls.Remote(from.SessionId, channel), channel);
        await from.AskAsync("talk", $"\"channel\":\"{channel}\",\"size\":200,\"intervalMs\":50");
    }
}
