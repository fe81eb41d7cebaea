using Edge.Processes;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>A publisher goes and comes back under its name: its viewers stay where they are.</summary>
[Collection(LabCollection.Name)]
[Trait("Category", "Browser")]
public sealed class ReturnTests(Lab lab, ITestOutputHelper output)
{
    private const double PlayingAgainMsMax = 1000;
    private const int FramesAfterwards = 45;

    [Fact]
    public async Task Publisher_TabClosedAndBack_ViewerPlaysOnWithoutNegotiation()
    {
        await ReturnAsync(
            async stream =>
            {
                var page = await lab.Publisher.NewPageAsync();
                return (await OpenAsync(page, stream), () => page.DisposeAsync().AsTask());
            },
            "VP8"
        );
    }

    [Fact]
    public async Task Publisher_ProcessKilledAndBack_ViewerPlaysOnWithoutNegotiation()
    {
        await using var first = await Chromium.StartAsync();
        var isFirst = true;
        await ReturnAsync(
            async stream =>
            {
                var browser = isFirst ? first : lab.Publisher;
                Func<Task> end = isFirst ? first.KillAsync : () => Task.CompletedTask;
                isFirst = false;
                return (await OpenAsync(await browser.NewPageAsync(), stream), end);
            },
            "VP8"
        );
    }

    private async Task ReturnAsync(
        Func<string, Task<(ConsolePage Page, Func<Task> End)>> open,
        string codec
    )
    {
        var stream = lab.NewStream();
        var (first, endFirst) = await open(stream);
        await first.PublishAsync();
        await using var page = await lab.Viewer.NewPageAsync();
        var viewer = await ConsolePage.OpenAsync(page, lab.Control.Url, $"watch={stream}");
        await viewer.PressWatchAsync();
        await viewer.UntilAsync("pictures", numbers => numbers.FramesShown > FramesAfterwards);

        await endFirst();
        var (second, endSecond) = await open(stream);
        var startedAt = await second.NowAsync();
        await second.PressPublishAsync();
        var encoded = await second.UntilAsync("a key frame", numbers => numbers.KeyFrames > 0);
        var shownAt = await Patience.UntilAsync(
            "a picture of the new publisher",
            () => viewer.FirstShownAfterAsync(startedAt),
            at => at is not null
        );
        var before = await viewer.NumbersAsync();
        var after = await viewer.UntilAsync(
            "pictures of the new publisher",
            numbers => numbers.FramesShown > before.FramesShown + FramesAfterwards
        );

        output.WriteLine(
            $"{codec}: first key frame {encoded.At - startedAt:F0} ms after the start at the latest, "
                + $"shown after {shownAt!.Value - startedAt:F0} ms"
        );
        Assert.Equal(1, after.Peers);
        Assert.True(shownAt.Value - encoded.At < PlayingAgainMsMax, $"{shownAt - encoded.At} ms");
        await endSecond();
    }

    private Task<ConsolePage> OpenAsync(ChromiumPage page, string stream) =>
        ConsolePage.OpenAsync(
            page,
            lab.Control.Url,
            $"publish={stream}&source=test&size=640x360&simulcast=1"
        );
}
