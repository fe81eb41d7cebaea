using Edge.Processes;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;

namespace EndToEnd.Tests;

/// <summary>Sound of real browsers: who speaks, and redundant packets.</summary>
[Collection(LabCollection.Name)]
[Trait("Category", "Browser")]
public sealed class SoundTests(Lab lab)
{
    private const double Loud = 0.3;

    /// <summary>Two oscillators take turns; who pulls both is told each time.</summary>
    [Fact]
    public async Task Speakers_OscillatorsInTurn_AreTold()
    {
        await using var first = await SoundPage.OpenAsync(lab.Publisher, lab.Control.Url);
        await using var second = await SoundPage.OpenAsync(lab.Publisher, lab.Control.Url);
        await using var viewer = await SoundPage.OpenAsync(lab.Viewer, lab.Control.Url);
        await first.PushAsync(prefersRed: false);
        await second.PushAsync(prefersRed: false);
        var (one, other) = (await first.SessionAsync(), await second.SessionAsync());
        await viewer.PullAsync(one);
        await viewer.PullAsync(other);

        await first.SoundAsync(Loud);
        await ExpectAsync(viewer, one);
        await first.SoundAsync(0);
        await second.SoundAsync(Loud);
        await ExpectAsync(viewer, other);
        await second.SoundAsync(0);
        await ExpectAsync(viewer, "");
        Assert.Null(await first.SpeakersAsync());
    }

    /// <summary>A page that prefers it sends redundant packets; a viewer that takes them decodes them, one that does
    /// not gets plain Opus, and both hear it.</summary>
    [Fact]
    public async Task Redundancy_PublisherPrefersIt_ViewersHearItWithAndWithout()
    {
        await using var publisher = await SoundPage.OpenAsync(lab.Publisher, lab.Control.Url);
        await using var with = await SoundPage.OpenAsync(lab.Viewer, lab.Control.Url);
        await using var without = await SoundPage.OpenAsync(lab.Viewer, lab.Control.Url);
        await publisher.PushAsync(prefersRed: true);
        await publisher.SoundAsync(Loud);
        var session = await publisher.SessionAsync();
        await with.PullAsync(session);
        await without.PullAsync(session, takesRed: false);

        var whole = await HearAsync(with);
        var single = await HearAsync(without);
        // Chromium 156 names the format of both Opus, and counts no copy that it need not use.
        Assert.InRange(whole.PacketBytes / single.PacketBytes, 1.6, 2.4);
    }

    private static Task ExpectAsync(SoundPage viewer, string speakers) =>
        Patience.UntilAsync(
            $"'{speakers}' speak",
            viewer.SpeakersAsync,
            told => string.Equals(told, speakers, StringComparison.Ordinal)
        );

    /// <summary>Waits for two seconds of sound that is heard, and of which hardly any is made up.</summary>
    private static async Task<SoundPage.Sound> HearAsync(SoundPage page)
    {
        var before = await Patience.UntilAsync(
            "sound",
            page.LookAsync,
            sound => sound is { Samples: > 0, Energy: > 0.01 }
        );
        var after = await Patience.UntilAsync(
            "two seconds of sound",
            page.LookAsync,
            sound => sound!.Samples > before!.Samples + (2 * 48_000)
        );
        Assert.True(after!.Energy > before!.Energy + 0.01, $"{before} {after}");
        Assert.Equal(0, after.Lost);
        Assert.InRange(after.Concealed - before.Concealed, 0, 9_600);
        return after;
    }
}
