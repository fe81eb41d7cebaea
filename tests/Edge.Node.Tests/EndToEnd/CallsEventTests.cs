using Control.Contract;
using Control.Contract.Calls;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>What readers of events are told of the media of a whole node.</summary>
public sealed class CallsEventTests
{
    /// <summary>Each time a viewer is sent another layer, its first one included, and no other time.</summary>
    [Fact]
    public async Task Layer_ChosenByHand_EachChangeIsToldOnce()
    {
        await using var harness = new NodeHarness();
        await using var events = new EventLog(harness.Node.Calls);
        var publisher = await harness.PushLayersAsync();
        harness.RunUntil(
            () => events.Count(CallsEventKind.TrackStarted) == 1,
            "The publisher's track did not start."
        );
        var viewer = await harness.PullAsync(
            "app",
            NodeHarness.Remote(publisher.SessionId, "cam") with
            {
                Simulcast = new SimulcastChoice("l", false, false),
            }
        );
        harness.RunUntil(
            () => events.Count(CallsEventKind.LayerChanged) == 1,
            "The first layer was not told."
        );
        var first = Assert.Single(events.Of(CallsEventKind.LayerChanged));
        Assert.Equal(
            (viewer.SessionId, publisher.SessionId, "cam", "l", "video"),
            (first.SessionId, first.PublisherSessionId, first.TrackName, first.Rid, first.MediaKind)
        );

        var updated = await harness.Node.Calls.UpdateTracksAsync(
            new UpdateTracksRequest(
                new SessionKey("app", viewer.SessionId),
                [
                    NodeHarness.Remote(publisher.SessionId, "cam") with
                    {
                        Mid = first.Mid,
                        Simulcast = new SimulcastChoice("h", false, false),
                    },
                ]
            ),
            CancellationToken.None
        );
        Assert.Null(updated.Value!.Tracks[0].Error);
        harness.RunUntil(
            () => events.Count(CallsEventKind.LayerChanged) == 2,
            "The other layer was not told."
        );
        harness.RunFor(0.5);

        var rids = events.Of(CallsEventKind.LayerChanged).Select(told => told.Rid);
        Assert.Equal("l h", string.Join(' ', rids));
    }

    /// <summary>Both directions in numbers, for those who read, about whom they read.</summary>
    [Fact]
    public async Task Quality_WhileSomebodyReads_BothDirectionsOfItsSession()
    {
        await using var harness = new NodeHarness(
            NodeHarness.Options() with
            {
                Calls = new CallsNodeLimits { QualityInterval = TimeSpan.FromSeconds(1) },
            }
        );
        var publisher = await harness.PushAsync();
        harness.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect.");
        var viewer = await harness.PullAsync("app", NodeHarness.Remote(publisher.SessionId, "cam"));
        await using var events = new EventLog(harness.Node.Calls, viewer.SessionId);
        await using var all = new EventLog(harness.Node.Calls);

        harness.RunUntil(
            () => events.Count(CallsEventKind.Quality) >= 3,
            "The viewer's quality was not told."
        );
        harness.RunUntil(
            () => all.Of(CallsEventKind.Quality, publisher.SessionId).Any(),
            "The publisher's quality was not told."
        );

        Assert.All(
            events.Of(CallsEventKind.Quality),
            told => Assert.Equal(viewer.SessionId, told.SessionId)
        );
        var downlinks = events.Of(CallsEventKind.Quality).Select(told => told.Downlink).ToArray();
        Assert.All(events.Of(CallsEventKind.Quality), told => Assert.Null(told.Uplink));
        Assert.All(
            downlinks,
            down =>
            {
                Assert.True(down!.Packets > 0 && down.Kbps > 0);
                Assert.InRange(down.LossFraction, 0, 1);
                Assert.True(down.AvailableKbps > 0 && down.GivenKbps > 0);
            }
        );
        // Each event counts from the one before, so together they count no packet twice.
        Assert.InRange(downlinks.Sum(down => down!.Packets), 3, harness.Node.Report().PacketsSent);
        var up = all.Of(CallsEventKind.Quality, publisher.SessionId).First();
        Assert.Null(up.Downlink);
        Assert.True(up.Uplink!.Packets > 0 && up.Uplink.Kbps > 0);
    }
}
