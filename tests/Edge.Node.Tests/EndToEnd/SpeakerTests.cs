using Control.Contract;
using Control.Contract.Calls;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Sessions are told who speaks among the tracks they pull, and are sent the loudest alone if they want.</summary>
public sealed class SpeakerTests
{
    private const int People = 3;

    /// <summary>Two speak after each other: each change is told once, to whoever pulls them, and to nobody else.</summary>
    [Fact]
    public async Task Speakers_TwoSpeakInTurn_EachChangeIsToldOnce()
    {
        await using var harness = new NodeHarness();
        var lab = await SpeechLab.GatherAsync(harness, People);
        var (people, voices) = (lab.People, lab.Voices);
        var viewer = await lab.PullAsync(harness);
        await using var events = new EventLog(harness.Node.Calls, viewer.SessionId);
        await using var all = new EventLog(harness.Node.Calls);
        harness.RunUntil(() => viewer.Client.Played[2].Packets > 5, "No sound came.");

        voices[0].Say(25);
        Expect(harness, events, [people[0].SessionId]);
        voices[1].Say(30);
        Expect(harness, events, [people[0].SessionId, people[1].SessionId]);
        voices[0].Stop();
        Expect(harness, events, [people[1].SessionId]);
        voices[1].Stop();
        Expect(harness, events, []);
        harness.RunFor(1);

        // Between both and the second alone the second may have become dominant first, by the first one's pause.
        Assert.InRange(events.Count(CallsEventKind.ActiveSpeakers), 4, 5);
        Assert.All(
            all.Of(CallsEventKind.ActiveSpeakers),
            told => Assert.Equal(viewer.SessionId, told.SessionId)
        );
        var second = events
            .Of(CallsEventKind.ActiveSpeakers)
            .SelectMany(told => told.Speakers!.Value)
            .Last();
        var pulled = (await harness.StateAsync(viewer)).Tracks.Single(track =>
            string.Equals(track.SessionId, people[1].SessionId, StringComparison.Ordinal)
        );
        Assert.Equal(("mic", pulled.Mid, -30), (second.TrackName, second.Mid, second.Level));
    }

    /// <summary>Changes are told five times a second at most, and levels again each second where that was asked.</summary>
    [Fact]
    public async Task Speakers_LevelsWanted_ToldEachSecondAndNoMore()
    {
        await using var harness = new NodeHarness();
        var lab = await SpeechLab.GatherAsync(harness, People);
        var (people, voices) = (lab.People, lab.Voices);
        var viewer = await lab.PullAsync(harness, new AudioChoice { RepeatsLevels = true });
        await using var events = new EventLog(harness.Node.Calls, viewer.SessionId);
        harness.RunUntil(() => viewer.Client.Played[2].Packets > 5, "No sound came.");

        voices[0].Say(25);
        Expect(harness, events, [people[0].SessionId]);
        voices[0].Say(15);
        harness.RunFor(3.5);
        Assert.InRange(events.Count(CallsEventKind.ActiveSpeakers), 4, 5);
        Assert.InRange(
            events.Of(CallsEventKind.ActiveSpeakers).Last().Speakers!.Value[0].Level,
            -16,
            -15
        );

        await UpdateAsync(harness, viewer, new AudioChoice());
        harness.RunFor(2.5);
        Assert.InRange(events.Count(CallsEventKind.ActiveSpeakers), 4, 5);
    }

    /// <summary>Who is pulled no more speaks no more for that session.</summary>
    [Fact]
    public async Task Speakers_SpeakerIsClosedOrLeaves_IsTold()
    {
        await using var harness = new NodeHarness();
        var lab = await SpeechLab.GatherAsync(harness, People);
        var (people, voices) = (lab.People, lab.Voices);
        var viewer = await lab.PullAsync(harness);
        await using var events = new EventLog(harness.Node.Calls, viewer.SessionId);
        harness.RunUntil(() => viewer.Client.Played[2].Packets > 5, "No sound came.");
        voices[0].Say(25);
        voices[1].Say(25);
        harness.RunUntil(
            () =>
                events.Of(CallsEventKind.ActiveSpeakers).LastOrDefault()?.Speakers!.Value.Length
                == 2,
            "Both were not told."
        );
        var mid = events
            .Of(CallsEventKind.ActiveSpeakers)
            .Last()
            .Speakers!.Value.Single(speaker =>
                string.Equals(
                    speaker.PublisherSessionId,
                    people[0].SessionId,
                    StringComparison.Ordinal
                )
            )
            .Mid;

        var closed = await harness.Node.Calls.CloseTracksAsync(
            new CloseTracksRequest(new SessionKey("app", viewer.SessionId), [mid], true, null),
            CancellationToken.None
        );
        Assert.True(closed.IsDone);
        Expect(harness, events, [people[1].SessionId]);
        Assert.Null(
            await harness.Node.Calls.DeleteSessionAsync(
                new SessionKey("app", people[1].SessionId),
                CancellationToken.None
            )
        );
        Expect(harness, events, []);
    }

    /// <summary>One place: who speaks is heard, the others are as if they were silent, without gaps.</summary>
    [Fact]
    public async Task Loudest_One_WhoSpeaksPassesWithoutGapsAndTheOthersDoNot()
    {
        await using var harness = new NodeHarness();
        var lab = await SpeechLab.GatherAsync(harness, People);
        var (people, voices) = (lab.People, lab.Voices);
        var viewer = await lab.PullAsync(harness, new AudioChoice { LoudestMax = 1 });
        harness.RunUntil(
            () => viewer.Client.Played.Any(track => track.Packets > 5),
            "No sound came."
        );

        for (var turn = 0; turn < 6; turn++)
        {
            var person = turn % People;
            voices[person].Say(25);
            harness.RunUntil(
                () => Growth(harness, viewer, 0.2)[person] > 5,
                "Who speaks is not heard."
            );
            var grown = Growth(harness, viewer, 1);
            Assert.InRange(grown[person], 40, 60);
            Assert.Equal(grown[person], grown.Sum());
            voices[person].Stop();
            harness.RunFor(1);
        }

        AssertWhole(viewer);
        Assert.Equal(1, (await harness.StateAsync(viewer)).Audio!.LoudestMax);
        await UpdateAsync(harness, viewer, new AudioChoice());
        Assert.All(Growth(harness, viewer, 1), grown => Assert.InRange(grown, 40, 60));
        AssertWhole(viewer);
    }

    /// <summary>A track whose publisher sends no levels is not judged, and takes nobody's place.</summary>
    [Fact]
    public async Task Loudest_TrackWithoutLevels_AlwaysPasses()
    {
        await using var harness = new NodeHarness();
        var lab = await SpeechLab.GatherAsync(harness, People, voiced: 2);
        var voices = lab.Voices;
        var viewer = await lab.PullAsync(harness, new AudioChoice { LoudestMax = 1 });
        voices[1].Say(25);
        harness.RunUntil(
            () => Growth(harness, viewer, 0.2) is [0, > 5, > 5],
            "They are not heard as they should be."
        );

        Assert.All(Growth(harness, viewer, 1)[1..], grown => Assert.InRange(grown, 40, 60));
        AssertWhole(viewer);
    }

    /// <summary>The same for tracks of another node: levels travel with the packets.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SpeakersAndLoudest_TracksOfAnotherNode_AreJudgedHere(bool isOnePop)
    {
        await using var mesh = new MeshHarness(isOnePop);
        var lab = await SpeechLab.GatherAsync(mesh.Home, People);
        var (people, voices) = (lab.People, lab.Voices);
        var viewer = await lab.PullAsync(mesh.Away, new AudioChoice { LoudestMax = 1 });
        await using var events = new EventLog(mesh.Away.Node.Calls, viewer.SessionId);
        foreach (var person in (int[])[1, 2])
        {
            voices[person].Say(25);
            Expect(mesh.Away, events, [people[person].SessionId]);
            mesh.Away.RunFor(0.3);
            var grown = Growth(mesh.Away, viewer, 1);
            Assert.InRange(grown[person], 40, 60);
            Assert.Equal(grown[person], grown.Sum());
            voices[person].Stop();
            Expect(mesh.Away, events, []);
        }

        AssertWhole(viewer);
    }

    private static async Task UpdateAsync(
        NodeHarness harness,
        SocketClient viewer,
        AudioChoice audio
    ) =>
        Assert.Null(
            await harness.Node.Calls.UpdateAudioAsync(
                new UpdateAudioRequest(new SessionKey("app", viewer.SessionId), audio),
                CancellationToken.None
            )
        );

    /// <summary>Waits until the last word is that just these speak.</summary>
    private static void Expect(NodeHarness harness, EventLog events, string[] speakers) =>
        harness.RunUntil(
            () =>
                events.Of(CallsEventKind.ActiveSpeakers).LastOrDefault() is { } told
                && told.Speakers!.Value.Select(one => one.PublisherSessionId)
                    .Order(StringComparer.Ordinal)
                    .SequenceEqual(speakers.Order(StringComparer.Ordinal), StringComparer.Ordinal),
            $"It was not told that {speakers.Length} speak.",
            seconds: 5
        );

    /// <summary>Packets of each section that came in a time.</summary>
    private static long[] Growth(NodeHarness harness, SocketClient viewer, double seconds)
    {
        var before = viewer.Client.Played.Select(track => track.Packets).ToArray();
        harness.RunFor(seconds);
        return [.. viewer.Client.Played.Zip(before, (track, had) => track.Packets - had)];
    }

    private static void AssertWhole(SocketClient viewer) =>
        Assert.All(
            viewer.Client.Played,
            track =>
            {
                Assert.Equal(0, track.Missing);
                Assert.Equal(0, track.BackwardTimestamps);
                Assert.Equal(0, track.Fillers);
            }
        );
}
