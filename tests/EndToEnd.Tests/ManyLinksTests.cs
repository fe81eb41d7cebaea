using Edge.Processes;
using Edge.Testing.Network;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>One publisher and three viewers, each on a network of its own.</summary>
[Trait("Category", "Netns")]
[Trait("Category", "Browser")]
public sealed class ManyLinksTests(ITestOutputHelper output)
{
    /// <summary>What carries everything, half of the width and not all of it, and a quarter and not half.</summary>
    private const int WideKbps = 2500;
    private const int MiddleKbps = 600;
    private const int NarrowKbps = 200;

    /// <summary>What the narrow link loses in the end.</summary>
    private const double Loss = 0.2;

    /// <summary>How long it is looked at while all is quiet, and while the narrow link loses.</summary>
    private const double LookMs = 5_000;

    /// <summary>Of the viewer that has room: least share of its pictures of before that it is to see while the
    /// others' networks change, and most of the time that its picture may stand still. Chosen: as good as nothing
    /// changes on an idle machine (printed); three browsers that decode share two cores with one that encodes.</summary>
    private const double KeptShareMin = 0.6;
    private const double FrozenShareMax = 0.15;

    private static readonly VideoEncoding[] ThreeStreams =
    [
        new("q", 4, 130_000),
        new("h", 2, 500_000),
        new("f", 1, 1_500_000),
    ];

    /// <summary>Longest that the picture of somebody may stand still because of their own link, each way. Chosen: what
    /// the page of a call says so of.</summary>
    private const double OwnFrozenSecondsMax = 3;

    /// <summary>Of fewer pixels than 960x540 Chromium makes two layers at most.</summary>
    private static readonly VideoPush SmallAv1 = new()
    {
        Codec = "AV1",
        Width = 480,
        Height = 270,
        FramesPerSecond = 5,
        Encodings = [new(null, 1, 500_000, "L2T3_KEY")],
    };

    private static readonly VideoEncoding[] ThreeLayersInOne =
    [
        new(null, 1, 1_500_000, "L3T3_KEY"),
    ];

    [Fact]
    public Task Simulcast_ThreeLinks_EachSeesItsOwnLayerAndDisturbsNobody() =>
        WatchAsync("VP8", ThreeStreams);

    [Fact]
    public Task ScalableStream_ThreeLinks_EachSeesItsOwnLayerAndDisturbsNobody() =>
        WatchAsync("VP9", ThreeLayersInOne);

    /// <summary>AV1 says its layers in dependency descriptors alone. Its encoder takes more of the CPU: at 640x360 and ten
    /// pictures a second, a machine that is busy besides sent one.</summary>
    [Fact]
    public async Task ScalableAv1_TwoLinks_EachSeesItsOwnLayerAndDisturbsNobody()
    {
        await using var lab = await LinkLab.StartAsync(far: 2);
        lab.Far[0].SetLink(Shapes.Carries(WideKbps));
        lab.Far[1].SetLink(Shapes.Carries(NarrowKbps));
        await using var publisher = await VideoPage.OpenAsync(lab.Near, lab.Control.Url);
        await publisher.PushAsync(SmallAv1);
        await Patience.UntilAsync(
            "all is sent",
            publisher.SentAsync,
            sent => sent.Width == SmallAv1.Width
        );
        await using var wide = await PullAsync(lab, 0, publisher);
        await using var other = await PullAsync(lab, 1, publisher);
        await UntilAsync("everything", publisher, wide, share => share > 0.9);
        var half = await UntilAsync("half", publisher, other, IsHalf);

        var before = await LookAsync(publisher, wide);
        lab.Far[1].SetLink(Shapes.Carries(WideKbps));
        var all = await UntilAsync("everything", publisher, other, share => share > 0.9);
        lab.Far[1].SetLink(Shapes.Carries(NarrowKbps));
        var left = await UntilAsync("half", publisher, other, IsHalf);
        var end = await other.Log.UntilAsync("a while", seen => seen.At >= left.At + LookMs);
        var after = await LookAsync(publisher, wide);

        var kept = ShareOf(before, after);
        var frozen = after.Seen.FrozenSeconds - before.Seen.FrozenSeconds;
        var seconds = (after.Seen.At - before.Seen.At) / 1000;
        var figures = FormattableString.Invariant(
            $"AV1 in layers: {all.Freezes - half.Freezes} freezes of {all.FrozenSeconds - half.FrozenSeconds:F1} s on the way up, {end.Freezes - all.Freezes} of {end.FrozenSeconds - all.FrozenSeconds:F1} s on the way down; meanwhile the wide one saw {100 * kept:F0} % of the pictures and {after.Seen.Freezes - before.Seen.Freezes} freezes of {frozen:F1} s in {seconds:F0} s"
        );
        output.WriteLine(figures);
        Console.Out.WriteLine(figures);
        Assert.True(kept >= KeptShareMin, figures);
        Assert.True(frozen / seconds <= FrozenShareMax, figures);
        Assert.True(all.FrozenSeconds - half.FrozenSeconds <= OwnFrozenSecondsMax, figures);
        Assert.True(end.FrozenSeconds - all.FrozenSeconds <= OwnFrozenSecondsMax, figures);
        await UntilAsync("everything", publisher, wide, share => share > 0.9);
    }

    private async Task WatchAsync(string codec, VideoEncoding[] encodings)
    {
        await using var lab = await LinkLab.StartAsync(far: 3);
        lab.Far[0].SetLink(new LinkConditions { Delay = TimeSpan.FromMilliseconds(25) });
        lab.Far[1].SetLink(Shapes.Carries(MiddleKbps));
        lab.Far[2].SetLink(Shapes.Carries(NarrowKbps));
        await using var publisher = await VideoPage.OpenAsync(lab.Near, lab.Control.Url);
        await publisher.PushAsync(
            new VideoPush
            {
                Codec = codec,
                Width = 960,
                Height = 540,
                FramesPerSecond = 15,
                Encodings = encodings,
            }
        );
        await Patience.UntilAsync("all is sent", publisher.SentAsync, sent => sent.Width == 960);
        await using var wide = await PullAsync(lab, 0, publisher);
        await using var middle = await PullAsync(lab, 1, publisher);
        await using var narrow = await PullAsync(lab, 2, publisher);

        await UntilAsync("everything", publisher, wide, share => share > 0.9);
        await UntilAsync("half", publisher, middle, IsHalf);
        await UntilAsync("a quarter", publisher, narrow, IsQuarter);
        var quiet = await LookAsync(publisher, wide);
        await wide.Log.UntilAsync("a while", seen => seen.At >= quiet.Seen.At + LookMs);

        var before = await LookAsync(publisher, wide);
        lab.Far[1].SetLink(Shapes.Carries(NarrowKbps));
        var left = await UntilAsync("a quarter", publisher, middle, IsQuarter);
        lab.Far[1].SetLink(Shapes.Carries(MiddleKbps));
        var back = await UntilAsync("half again", publisher, middle, IsHalf);
        lab.Far[2].SetLink(Shapes.Carries(NarrowKbps, Loss));
        var lossy = await narrow.Log.LastAsync();
        await narrow.Log.UntilAsync("losses", seen => seen.At >= lossy!.At + LookMs);
        await narrow.Log.UntilAsync("pictures", seen => seen.Frames > lossy!.Frames + 10);
        var after = await LookAsync(publisher, wide);

        var (usual, kept) = (ShareOf(quiet, before), ShareOf(before, after));
        var frozen = after.Seen.FrozenSeconds - before.Seen.FrozenSeconds;
        var seconds = (after.Seen.At - before.Seen.At) / 1000;
        var figures =
            $"{codec}: the middle one's picture was smaller {left.At - before.Seen.At:F0} ms after its link became "
            + $"narrow and as before {back.At - left.At:F0} ms after it became wide, "
            + $"{back.Freezes - left.Freezes} freezes; meanwhile the wide one saw {100 * kept:F0} % of the pictures "
            + $"({100 * usual:F0} % before) and {after.Seen.Freezes - before.Seen.Freezes} freezes of {frozen:F1} s "
            + $"in {seconds:F0} s";
        output.WriteLine(figures);
        Console.Out.WriteLine(figures);
        Assert.True(kept >= KeptShareMin * usual, figures);
        Assert.InRange(frozen / seconds, 0, FrozenShareMax);
        await UntilAsync("everything", publisher, wide, share => share > 0.9);
    }

    private static bool IsHalf(double share) => share is > 0.4 and < 0.6;

    private static bool IsQuarter(double share) => share < 0.3;

    private static async Task<VideoPage> PullAsync(LinkLab lab, int far, VideoPage publisher)
    {
        var page = await VideoPage.OpenAsync(lab.Far[far].Browser, lab.Control.Url);
        await page.PullAsync(await publisher.SessionAsync());
        return page;
    }

    /// <summary>Waits until the width of the seen picture is such a share of that of the best one that is sent:
    /// a browser short of CPU sends all of them smaller for a while.</summary>
    private static async Task<PictureSample> UntilAsync(
        string expectation,
        VideoPage publisher,
        VideoPage viewer,
        Func<double, bool> isEnough
    ) =>
        (
            await Patience.UntilAsync(
                $"{expectation} is seen",
                () => LookAsync(publisher, viewer),
                look => isEnough((double)look.Seen.Width / look.Sent.Width)
            )
        ).Seen;

    private static async Task<Look> LookAsync(VideoPage publisher, VideoPage viewer)
    {
        var sent = await publisher.SentAsync();
        return new Look(sent, await viewer.Log.UntilAsync("a picture", seen => seen.Width > 0));
    }

    /// <summary>The share of the published pictures that were decoded between two looks.</summary>
    private static double ShareOf(Look first, Look last) =>
        (double)(last.Seen.Frames - first.Seen.Frames) / (last.Sent.Frames - first.Sent.Frames);

    private sealed record Look(SentPicture Sent, PictureSample Seen);
}
