using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Microsoft.Playwright;

namespace EndToEnd.Tests;

/// <summary>The console as a person meets it: errors, waiting, keyboard.</summary>
[Collection(LabCollection.Name)]
[Trait("Category", "Browser")]
public sealed class ConsoleTests(Lab lab)
{
    private const int TabsMax = 40;

    [Theory]
    [InlineData("publish")]
    [InlineData("watch")]
    public async Task Start_WrongSecret_SaysSoAndStops(string role)
    {
        await using var page = await lab.Viewer.NewPageAsync();
        var console = await ConsolePage.OpenAsync(
            page,
            lab.Control.Url,
            $"{role}={lab.NewStream()}&source=test",
            secret: "not-the-secret"
        );
        await (role is "publish" ? console.PressPublishAsync() : console.PressWatchAsync());

        await Assertions.Expect(page.Page.Locator($"#{role}-state")).ToHaveTextAsync("Failed");
        await Assertions.Expect(page.Page.Locator($"#{role}-message")).ToContainTextAsync("secret");
        var button = page.Page.Locator($"#{role}-button");
        await Assertions.Expect(button).ToHaveAttributeAsync("data-running", "false");
        await Assertions.Expect(button).ToBeEnabledAsync();
    }

    [Fact]
    public async Task Watch_BeforeThePublisher_WaitsAndPlaysWhenItComes()
    {
        var stream = lab.NewStream();
        await using var to = await lab.Viewer.NewPageAsync();
        var viewer = await ConsolePage.OpenAsync(to, lab.Control.Url, $"watch={stream}&auto=1");
        await viewer.UntilPlayerAsync("waiting");
        await Assertions
            .Expect(to.Page.Locator("#watch-state"))
            .ToHaveTextAsync("Waiting for the publisher");
        await Assertions.Expect(to.Page.Locator("#watch-message")).Not.ToBeEmptyAsync();

        await using var from = await lab.Publisher.NewPageAsync();
        var publisher = await ConsolePage.OpenAsync(
            from,
            lab.Control.Url,
            $"publish={stream}&source=test&size=320x180&auto=1"
        );
        await publisher.UntilPublisherAsync("live");
        await viewer.UntilAsync("pictures", numbers => numbers.FramesShown > 10);
        await Assertions.Expect(to.Page.Locator("#watch-state")).ToHaveTextAsync("Live");
    }

    [Fact]
    public async Task Keyboard_Alone_PublishesAndWatches()
    {
        var stream = lab.NewStream();
        await using var tab = await lab.Viewer.NewPageAsync();
        var console = await ConsolePage.OpenAsync(tab, lab.Control.Url, "size=320x180");
        var page = tab.Page;

        await TabToAsync(page, "publish-name");
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync(stream);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("End");
        // The last of the sources is the test picture; arrows move between radio buttons.
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page.Locator("[name=source][value=test]")).ToBeCheckedAsync();
        await TabToAsync(page, "publish-button");
        await page.Keyboard.PressAsync("Enter");
        await console.UntilPublisherAsync("live");

        await TabToAsync(page, "watch-name");
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync(stream);
        await page.Keyboard.PressAsync("Enter");
        await console.UntilPlayerAsync("live");
        await console.UntilAsync("pictures", numbers => numbers.FramesShown > 10);

        await TabToAsync(page, "watch-button");
        await page.Keyboard.PressAsync("Enter");
        await console.UntilPlayerAsync("idle");
    }

    // As a person does it: Tab until the thing has the focus.
    private static async Task TabToAsync(IPage page, string id)
    {
        for (var count = 0; count < TabsMax; count++)
        {
            await page.Keyboard.PressAsync("Tab");
            var focused = await page.EvaluateAsync<string>("document.activeElement.id");
            if (string.Equals(focused, id, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The Tab key does not come to {id}.");
    }
}
