using Control.Contract.Calls;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>As many tracks in one session as one request may ask for.</summary>
public sealed class ManyTracksTests
{
    private const int Tracks = 64;
    private static readonly string[] Rids = ["q", "h", "f"];

    /// <summary>64 cameras of three layers, with repair of each: 384 SSRCs. Each track is seen in the layer
    /// that was asked for, and in no other's place.</summary>
    [Fact]
    public async Task Push_ManySimulcastTracks_EachIsSeen()
    {
        await using var harness = new NodeHarness();
        await using var events = new EventLog(harness.Node.Calls);
        var publisher = await harness.PushManyAsync(Tracks);
        harness.RunUntil(
            () => events.Count(CallsEventKind.TrackStarted) == Tracks,
            "Not every track started."
        );

        var viewers = new[]
        {
            await harness.PullAsync("app", Wanted(publisher.SessionId, 0)),
            await harness.PullAsync("app", Wanted(publisher.SessionId, Tracks / 2)),
        };
        harness.RunUntil(
            () =>
                Array.TrueForAll(
                    viewers,
                    viewer => Array.TrueForAll(viewer.Client.Played, x => x.CompleteFrames >= 3)
                ),
            "Not every track is seen."
        );

        Assert.Equal(Tracks, viewers.Sum(viewer => viewer.Client.Played.Length));
        foreach (var told in events.Of(CallsEventKind.LayerChanged))
        {
            Assert.Equal(RidOf(int.Parse(told.TrackName!, null)), told.Rid);
        }
    }

    private static TrackRequest[] Wanted(string session, int first) =>
        [
            .. Enumerable
                .Range(first, Tracks / 2)
                .Select(number =>
                    NodeHarness.Remote(session, $"{number}") with
                    {
                        Simulcast = new SimulcastChoice(
                            RidOf(number),
                            HasPriorityOrder: false,
                            HasFallback: false
                        ),
                    }
                ),
        ];

    private static string RidOf(int number) => Rids[number % Rids.Length];
}
