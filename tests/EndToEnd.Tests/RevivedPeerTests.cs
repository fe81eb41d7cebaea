using System.Text.Json;
using Edge.Processes;
using Edge.Protocol.DataChannels;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;

namespace EndToEnd.Tests;

/// <summary>A browser's peer ends without a word, and another process goes on with it (Edge.Protocol/DataChannels/NOTES.md).</summary>
[Trait("Category", "Browser")]
public sealed class RevivedPeerTests
{
    private const ushort Agreed = 20;

    /// <summary>Channels of each kind, with all that happens to them.</summary>
    private const string Script = """
        (async () => {
          window.pc = new RTCPeerConnection();
          window.log = [];
          window.channels = {};
          window.watch = (channel) => {
            channels[channel.label] = channel;
            for (const kind of ['open', 'error', 'close']) {
              channel.addEventListener(kind, () => log.push(`${channel.label} ${kind}`));
            }
            channel.addEventListener('message', (e) => log.push(`${channel.label}: ${e.data}`));
          };
          pc.addEventListener('datachannel', (e) => watch(e.channel));
          watch(pc.createDataChannel('first'));
          watch(pc.createDataChannel('second', { ordered: false, maxRetransmits: 0 }));
          watch(pc.createDataChannel('agreed', { negotiated: true, id: 20 }));
          await pc.setLocalDescription();
          return pc.localDescription.sdp;
        })()
        """;

    /// <summary>Each channel is closed without an error, though the peer names one first that was closed since its portrait; one that was
    /// opened meanwhile is, too; and the same ids open again from both sides, and carry messages.</summary>
    [Fact]
    public async Task Chromium_ItsPeerIsRevived_ChannelsCloseAndOpenAgain()
    {
        await using var chromium = await Chromium.StartAsync();
        await using var page = await chromium.NewPageAsync();
        var offer = JsonSerializer.Deserialize<string>(await page.EvaluateAsync(Script))!;
        await using var peer = RevivedPeer.Create(offer, Agreed);
        await peer.OpenAsync(new() { Label = "ours" });
        var answer = JsonSerializer.Serialize(peer.Answer);
        await page.EvaluateAsync($"pc.setRemoteDescription({{ type: 'answer', sdp: {answer} }})");
        await UntilAsync(page, "first open", "second open", "agreed open", "ours open");
        // Chromium says so of its own before its peer has heard of them.
        await Patience.UntilAsync(
            "the peer has the browser's channels",
            () => Task.FromResult(peer.Events.ToArray()),
            events => HasOpened(events, 0) && HasOpened(events, 2)
        );

        var portrait = await peer.PortrayAsync();
        await page.EvaluateAsync("watch(pc.createDataChannel('unknown'))");
        await UntilAsync(page, "unknown open");
        // Its id stays free, so that Chromium has no stream for the first one that it is told of.
        await page.EvaluateAsync("channels.first.close()");
        await UntilAsync(page, "first close");
        await peer.SurviveAsync(portrait);
        await UntilAsync(page, "second close", "agreed close", "ours close", "unknown close");
        Assert.Equal(
            [0, 1, 2, Agreed],
            peer.Events.Where(entry => entry.Kind == DataChannelEventKind.ChannelLost)
                .Select(entry => (int)entry.Channel)
        );

        await peer.OpenAsync(new() { NegotiatedId = Agreed });
        await peer.OpenAsync(new() { Label = "ours again" });
        await page.EvaluateAsync(
            "['again', 'and again'].forEach((label) => watch(pc.createDataChannel(label)))"
        );
        await page.EvaluateAsync(
            "watch(pc.createDataChannel('agreed again', { negotiated: true, id: 20 }))"
        );
        string[] labels = ["again", "and again", "agreed again", "ours again"];
        await UntilAsync(page, [.. labels.Select(label => $"{label} open")]);
        foreach (var label in labels)
        {
            await page.EvaluateAsync($"channels['{label}'].send('echo')");
        }

        var log = await UntilAsync(page, [.. labels.Select(label => $"{label}: echo")]);
        Assert.DoesNotContain(log, entry => entry.EndsWith(" error", StringComparison.Ordinal));
        Assert.Equal(
            "[0,2]",
            await page.EvaluateAsync("['again', 'and again'].map((label) => channels[label].id)")
        );
    }

    private static bool HasOpened(
        (DataChannelEventKind Kind, ushort Channel)[] events,
        ushort channel
    ) => events.Contains((DataChannelEventKind.ChannelOpened, channel));

    private static async Task<string[]> UntilAsync(IScriptedPage page, params string[] entries)
    {
        var log = await Patience.UntilAsync(
            string.Join(", ", entries),
            () => page.EvaluateAsync("log"),
            log => entries.All(Parse(log).Contains)
        );
        return Parse(log);
    }

    private static string[] Parse(string log) => JsonSerializer.Deserialize<string[]>(log)!;
}
