using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>Firefox publishes to Chromium, and plays what Chromium publishes.</summary>
[Trait("Category", "Browser")]
[Trait("Category", "Netns")]
public sealed class FirefoxTests(IsolatedLab lab, ITestOutputHelper output)
    : IClassFixture<IsolatedLab>
{
    [Fact]
    public async Task Firefox_PublishesItsCamera_ChromiumPlays()
    {
        await using var page = await lab.Chromium.NewPageAsync();
        await PlayAsync(lab.Firefox, page, "source=camera");
    }

    [Fact]
    public async Task Firefox_PublishesTheTestPicture_ChromiumPlays()
    {
        await using var page = await lab.Chromium.NewPageAsync();
        // Without a sound card, Firefox's audio graph, which makes the tone, does not start.
        await PlayAsync(lab.Firefox, page, "source=test&size=640x360", hasSound: false);
    }

    [Fact]
    public async Task Chromium_Publishes_FirefoxPlays()
    {
        await using var page = await lab.Chromium.NewPageAsync();
        await PlayAsync(page, lab.Firefox, "source=test&size=960x540");
    }

    [Fact]
    public async Task Firefox_AndChromiumInOneCall_SeeHearAndReadEachOther()
    {
        await using var page = await lab.Chromium.NewPageAsync();
        var (link, _) = await CallPage.InviteAsync(page, lab.Control.Url, lab.NewStream());
        var chromium = await CallPage.JoinAsync(page, link, "Chromium");
        var firefox = await CallPage.JoinAsync(lab.Firefox, link, "Firefox");
        foreach (
            var (here, there) in ((CallPage, CallPage)[])[(chromium, firefox), (firefox, chromium)]
        )
        {
            await here.ExpectPeopleAsync(2);
            await here.ExpectSoundAsync(1);
            await there.WriteAsync($"I am {there.Name}");
            await here.UntilAsync(
                "reads it",
                state => state.Messages.Contains(new(there.Name, $"I am {there.Name}"))
            );
        }

        await firefox.PressAsync("camera");
        await chromium.UntilAsync("Firefox", "has no picture", tile => !tile.HasVideo);
        await firefox.PressAsync("camera");
        await chromium.ExpectPeopleAsync(2);
        await lab.Firefox.LeaveAsync();
        await chromium.UntilAsync("it is alone", state => state.Tiles.Count == 1);
    }

    private async Task PlayAsync(
        IScriptedPage from,
        IScriptedPage to,
        string parameters,
        bool hasSound = true
    )
    {
        var stream = lab.NewStream();
        var publisher = await ConsolePage.OpenAsync(
            from,
            lab.Control.Url,
            $"publish={stream}&codec=VP8&simulcast=1&{parameters}"
        );
        await publisher.PublishAsync();
        var viewer = await ConsolePage.OpenAsync(to, lab.Control.Url, $"watch={stream}");
        await viewer.PressWatchAsync();
        output.WriteLine(await Playing.ExpectAsync(publisher, viewer, hasSound));
        await lab.Firefox.LeaveAsync();
    }
}
