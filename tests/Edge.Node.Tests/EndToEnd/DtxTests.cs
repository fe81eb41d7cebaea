using Control.Contract.Calls;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Discontinuous transmission: sound of which little or nothing is sent while nobody speaks (RFC 7587
/// §3.1.3) is there all the same.</summary>
public sealed class DtxTests
{
    /// <summary>Comfort noise each 400 ms is neither silence nor loss; who joins gets it, and speech after it.</summary>
    [Fact]
    public async Task Push_ComfortNoiseOnly_TrackIsActiveAndJoinsGetIt()
    {
        await using var harness = new NodeHarness(
            NodeHarness.Options() with
            {
                Calls = new CallsNodeLimits { TrackIdle = TimeSpan.FromSeconds(1) },
            }
        );
        await using var events = new EventLog(harness.Node.Calls);
        var sound = new SyntheticAudio { IsSilent = true };
        var publisher = await harness.PushAsync(audio: sound);
        harness.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect.");
        var early = await PullAsync(harness, publisher);
        harness.RunFor(5);
        Assert.InRange(Heard(early), 10, 14);
        var state = (await harness.StateAsync(publisher)).Tracks;
        Assert.Equal(TrackStatus.Active, state.Single(track => track.Kind is "audio").Status);

        var late = await PullAsync(harness, publisher);
        harness.RunFor(2);
        Assert.InRange(Heard(late), 2, 6);
        sound.IsSilent = false;
        harness.RunUntil(
            () => Heard(early) > 60 && Heard(late) > 50,
            "Speech did not come to both.",
            seconds: 5
        );

        AssertWhole(early, publisher);
        AssertWhole(late, publisher);

        Assert.Equal(0, events.Count(CallsEventKind.TrackSilent));
    }

    /// <summary>A track that sends nothing at all for a while: who pulls it before and meanwhile hears it go on,
    /// on one timeline, and nothing of it counts as lost.</summary>
    [Fact]
    public async Task Push_NothingForAWhile_GoesOnForEverybody()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PushAsync();
        harness.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect.");
        var early = await PullAsync(harness, publisher);
        harness.RunUntil(() => Heard(early) > 20, "No sound came.");
        publisher.Client.Streams[0].IsEnabled = false;
        harness.RunFor(6);
        var late = await PullAsync(harness, publisher);
        harness.RunFor(2);
        var before = Heard(early);
        Assert.Equal(0, Heard(late));

        publisher.Client.Streams[0].IsEnabled = true;
        harness.RunUntil(
            () => Heard(early) - before > 45 && Heard(late) > 45,
            "The sound did not go on.",
            seconds: 5
        );

        AssertWhole(early, publisher);
        AssertWhole(late, publisher);
    }

    /// <summary>The same between nodes: a silent track is not taken for one whose owner is gone.</summary>
    [Fact]
    public async Task Pull_SilentTrackOfAnotherNode_GoesOnAfterTwelveSeconds()
    {
        await using var mesh = new MeshHarness();
        var publisher = await mesh.Home.PushAsync();
        mesh.RunUntilConnected(publisher);
        var viewer = await PullAsync(mesh.Away, publisher);
        mesh.Away.RunUntil(() => Heard(viewer) > 20, "No sound came.");
        publisher.Client.Streams[0].IsEnabled = false;
        mesh.Away.RunFor(12);
        var late = await PullAsync(mesh.Away, publisher);
        publisher.Client.Streams[0].IsEnabled = true;
        var before = Heard(viewer);
        mesh.Away.RunUntil(
            () => Heard(viewer) > before + 40 && Heard(late) > 40,
            "The sound did not go on.",
            seconds: 3
        );

        AssertWhole(viewer, publisher);
        AssertWhole(late, publisher);
    }

    private static async Task<SocketClient> PullAsync(NodeHarness harness, SocketClient publisher)
    {
        var pulled = harness.PullAsync("app", NodeHarness.Remote(publisher.SessionId, "mic"));
        harness.RunUntil(() => pulled.IsCompleted, "The pull did not come back.");
        return await pulled;
    }

    private static long Heard(SocketClient viewer) => viewer.Client.Played[0].Packets;

    /// <summary>No gap and no step back; nothing lost on either leg; and capture times, which rest on the sender
    /// reports of both, as when the packets were made.</summary>
    private static void AssertWhole(SocketClient viewer, SocketClient publisher)
    {
        var played = viewer.Client.Played[0];
        Assert.Equal(0, played.Missing);
        Assert.Equal(0, played.BackwardTimestamps);
        // A silence that counted would be seconds; a report that a busy machine sends late is told apart from that.
        Assert.InRange(played.CaptureSpread, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
        Assert.Equal(0, publisher.Client.Peer.Sender.Stats(0).Lost);
        Assert.Equal(0, viewer.Client.Peer.Receiver.Stats(0, 0).NacksSent);
    }
}
