using Edge.Processes;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>Three PoPs joined by real NATS servers: a browser publishes at one, others watch at all.</summary>
[Collection(LabCollection.Name)]
[Trait("Category", "Browser")]
public sealed class PopsTests(Lab lab, ITestOutputHelper output)
{
    private const int A = 0;
    private const int B = 1;
    private const int C = 2;

    /// <summary>Pictures that each viewer is to see. Chosen: three seconds.</summary>
    private const int Pictures = 45;

    /// <summary>Readings of the clock in the picture, at each viewer. Chosen: ten seconds.</summary>
    private const int AgesMin = 150;

    /// <summary>Age of half of the pictures behind a hop. Chosen: what a hop adds is a few milliseconds (printed, and in
    /// ./bench.sh mesh), what a browser's jitter buffer adds on a busy machine was up to 200; a queue that builds up is
    /// more.</summary>
    private const double AgeP50MsMax = 500;

    /// <summary>Times that links are measured until both viewers of a PoP have the same layer. Chosen: a minute.</summary>
    private const int MeasuresMax = 12;

    /// <summary>What crosses beside media in a second: announcements, demand, reports.</summary>
    private const double OtherKbpsMax = 64;

    /// <summary>Small pictures and few, because three browsers that watch and one that encodes two layers share two
    /// cores.</summary>
    private const string Source = "size=640x360&fps=15&simulcast=1&source=test&codec=VP8";

    [Fact]
    public async Task Watch_AtOtherPops_OneCopyOfTheWatchedLayerOnEachLink()
    {
        var stream = lab.NewStream();
        await using var pops = await PopsLab.StartAsync(3, "e1", "e2", "c1");
        await using var from = await lab.Publisher.NewPageAsync();
        var publisher = await ConsolePage.OpenAsync(
            from,
            UrlOf(pops, A),
            $"publish={stream}&{Source}"
        );
        await publisher.PublishAsync();
        await publisher.UntilAsync("the best layer is sent", numbers => numbers.Width == 640);
        await using var first = await WatchAsync(pops, B, stream);
        await using var second = await WatchAsync(pops, B, stream);
        await using var third = await WatchAsync(pops, C, stream);

        foreach (var viewer in (Watching[])[first, second, third])
        {
            var begun = await viewer.Page.UntilAsync(
                "the best layer is seen",
                numbers => numbers.Width == 640 && numbers.AudioEnergy > 0
            );
            await viewer.Page.UntilAsync(
                $"{Pictures} pictures more",
                numbers => numbers.Frames >= begun.Frames + Pictures
            );
        }

        var link = await MeasureAsync(pops, first.Page, second.Page);
        for (var tries = 1; tries < MeasuresMax && !link.AreAlike; tries++)
        {
            // Each has the layer that its own network carries; while they differ the link has both.
            link = await MeasureAsync(pops, first.Page, second.Page);
        }

        output.WriteLine($"{link}");
        Console.Out.WriteLine($"between three PoPs: {link}");
        Assert.True(link.AreAlike, "The viewers at one PoP never had the same layer.");
        // Two watch at B and one at C: each link has one copy, of no more than one of them is sent.
        Assert.InRange(link.ToB, 0.5 * link.ToC, 1.5 * link.ToC);
        Assert.InRange(link.ToB, 0.6 * link.Viewer, (1.5 * link.Viewer) + OtherKbpsMax);
        Assert.True(link.Back < OtherKbpsMax, $"{link.Back:F0} kbit/s came back.");
    }

    /// <summary>The same pictures at the same time on the publisher's node and over the mesh: their age on the
    /// screen.</summary>
    [Fact]
    public async Task Watch_AtAnotherPop_PicturesAreAsFreshAsAtHome()
    {
        var stream = lab.NewStream();
        await using var pops = await PopsLab.StartAsync(2, "e1", "c1");
        await using var from = await lab.Publisher.NewPageAsync();
        var publisher = await ConsolePage.OpenAsync(
            from,
            UrlOf(pops, A),
            $"publish={stream}&{Source}"
        );
        await publisher.PublishAsync();
        await publisher.UntilAsync("the best layer is sent", numbers => numbers.Width == 640);
        await using var near = await WatchAsync(pops, A, stream);
        await using var far = await WatchAsync(pops, B, stream);

        var atHome = await AgeAsync(near.Page);
        var away = await AgeAsync(far.Page);

        var figures =
            $"glass to glass at home p50 {atHome.P50Ms:F0} ms, p95 {atHome.P95Ms:F0} ms; "
            + $"with a hop p50 {away.P50Ms:F0} ms, p95 {away.P95Ms:F0} ms";
        output.WriteLine(figures);
        Console.Out.WriteLine(figures);
        Assert.True(away.P50Ms < AgeP50MsMax, figures);
    }

    private static async Task<LatencyNumbers> AgeAsync(ConsolePage viewer)
    {
        var seen = await Patience.UntilAsync(
            $"{AgesMin} readings of the clock in the picture",
            viewer.PlayerAsync,
            player => player.GlassToGlass?.Count >= AgesMin
        );
        return seen.GlassToGlass!;
    }

    private static Uri UrlOf(PopsLab pops, int pop) => pops.Pops[pop].Control("c1").Url;

    private async Task<Watching> WatchAsync(PopsLab pops, int pop, string stream)
    {
        var tab = await lab.Viewer.NewPageAsync();
        var page = await ConsolePage.OpenAsync(tab, UrlOf(pops, pop), $"watch={stream}");
        await page.PressWatchAsync();
        await page.UntilPlayerAsync("live");
        return new Watching(tab, page);
    }

    private static async Task<Links> MeasureAsync(
        PopsLab pops,
        ConsolePage viewer,
        ConsolePage other
    )
    {
        var before = await SentAsync(pops);
        var otherBefore = await other.NumbersAsync();
        var seenBefore = await viewer.NumbersAsync();
        var seen = await viewer.UntilAsync(
            "five seconds more",
            numbers => numbers.At >= seenBefore.At + 5000
        );
        var after = await SentAsync(pops);
        var otherSeen = await other.NumbersAsync();
        var ms = seen.At - seenBefore.At;
        return new Links(
            8 * (after.ToB - before.ToB) / ms,
            8 * (after.ToC - before.ToC) / ms,
            8 * (after.Back - before.Back) / ms,
            8 * (seen.Bytes - seenBefore.Bytes) / ms,
            8 * (otherSeen.Bytes - otherBefore.Bytes) / (otherSeen.At - otherBefore.At)
        );
    }

    private static async Task<Links> SentAsync(PopsLab pops) =>
        new(
            await pops.SentAsync(A, B),
            await pops.SentAsync(A, C),
            await pops.SentAsync(B, A) + await pops.SentAsync(C, A),
            0,
            0
        );

    /// <summary>Bytes or kbit/s on the links between PoPs, and to a viewer.</summary>
    private sealed record Links(double ToB, double ToC, double Back, double Viewer, double Other)
    {
        /// <summary>Whether both viewers of a PoP are sent about as much: the same layer.</summary>
        public bool AreAlike => Viewer > 0.75 * Other && Other > 0.75 * Viewer;

        public override string ToString() =>
            FormattableString.Invariant(
                $"A to B {ToB:F0}, A to C {ToC:F0}, back {Back:F0}, viewers {Viewer:F0} and {Other:F0} (kbit/s)"
            );
    }

    private sealed record Watching(ChromiumPage Tab, ConsolePage Page) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Tab.DisposeAsync();
    }
}
