using Edge.Processes;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>A browser publishes by WHIP from the console, another one plays by WHEP.</summary>
[Collection(LabCollection.Name)]
[Trait("Category", "Browser")]
public sealed class PublishAndPlayTests(Lab lab, ITestOutputHelper output)
{
    private const int Joins = 12;

    /// <summary>A join shows up to eight pictures of the past in a moment: they are counted, and few.</summary>
    private const int LatencySamplesMin = 240;

    // The limits that this part of the project is held to.
    private const double LatencyP95MsMax = 300;
    private const double JoinP50MsMax = 300;

    [Theory]
    [InlineData("VP8", 30)]
    [InlineData("H264", 30)]
    [InlineData("VP9", 30)]
    [InlineData("AV1", 15)] // Three encoders of it are the most that two cores do beside a decoder.
    public async Task TestPicture_Simulcast_IsPlayedAsPublished(string codec, int framesPerSecond)
    {
        var stream = lab.NewStream();
        await using var from = await lab.Publisher.NewPageAsync();
        await using var to = await lab.Viewer.NewPageAsync();
        var publisher = await OpenPublisherAsync(
            from,
            stream,
            $"source=test&codec={codec}&fps={framesPerSecond}"
        );
        await publisher.PublishAsync();
        var viewer = await ConsolePage.OpenAsync(to, lab.Control.Url, $"watch={stream}");
        await viewer.PressWatchAsync();

        output.WriteLine(await Playing.ExpectAsync(publisher, viewer));
        var numbers = await publisher.NumbersAsync();
        Assert.Equal(codec, numbers.Codec);
        Assert.Equal(3, numbers.Layers);
    }

    [Fact]
    public async Task Camera_ByDefault_IsPlayedAsPublished()
    {
        var stream = lab.NewStream();
        await using var from = await lab.Publisher.NewPageAsync();
        await using var to = await lab.Viewer.NewPageAsync();
        var publisher = await OpenPublisherAsync(from, stream, "source=camera");
        await publisher.PublishAsync();
        var viewer = await ConsolePage.OpenAsync(to, lab.Control.Url, $"watch={stream}");
        await viewer.PressWatchAsync();

        output.WriteLine(await Playing.ExpectAsync(publisher, viewer));
    }

    [Fact]
    public async Task Watch_OnLoopback_JoinsAndShowsWithin300Milliseconds()
    {
        var stream = lab.NewStream();
        await using var from = await lab.Publisher.NewPageAsync();
        await using var to = await lab.Viewer.NewPageAsync();
        var publisher = await OpenPublisherAsync(from, stream, "source=test&codec=VP8", "640x360");
        await publisher.PublishAsync();
        await publisher.UntilAsync("the best layer is sent", numbers => numbers.Width == 640);
        var viewer = await ConsolePage.OpenAsync(to, lab.Control.Url, $"watch={stream}");

        var joins = new List<double>();
        while (joins.Count < Joins)
        {
            await viewer.PressWatchAsync();
            var seen = await Patience.UntilAsync(
                "the first picture",
                viewer.PlayerAsync,
                player => player.JoinMs is not null
            );
            joins.Add(seen.JoinMs!.Value);
            await viewer.PressWatchAsync();
            await viewer.UntilPlayerAsync("idle");
        }

        await viewer.PressWatchAsync();
        var age = await Patience.UntilAsync(
            $"{LatencySamplesMin} readings of the clock in the picture",
            viewer.PlayerAsync,
            player => player.GlassToGlass?.Count >= LatencySamplesMin
        );

        joins.Sort();
        var p50 = joins[joins.Count / 2];
        var latency = age.GlassToGlass!;
        var figures =
            $"join to first picture over {joins.Count}: p50 {p50:F0} ms, most {joins[^1]:F0} ms; "
            + $"glass to glass over {latency.Count}: p50 {latency.P50Ms:F0} ms, p95 {latency.P95Ms:F0} ms";
        output.WriteLine(figures);
        Console.Out.WriteLine(figures);
        Assert.True(p50 < JoinP50MsMax, figures);
        Assert.True(latency.P95Ms < LatencyP95MsMax, figures);
    }

    private Task<ConsolePage> OpenPublisherAsync(
        ChromiumPage page,
        string stream,
        string parameters,
        string size = "960x540" // The smallest of which Chromium encodes three layers.
    ) =>
        ConsolePage.OpenAsync(
            page,
            lab.Control.Url,
            $"publish={stream}&size={size}&simulcast=1&{parameters}"
        );
}
