using Edge.Processes;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;

namespace EndToEnd.Tests;

/// <summary>Pictures that only browsers can read: whole frames are encrypted before they are packetized, and
/// who forwards them knows them by their headers alone, when it is told so.</summary>
[Collection(LabCollection.Name)]
[Trait("Category", "Browser")]
public sealed class EncryptedTests(Lab lab)
{
    private const string Key = "000102030405060708090a0b0c0d0e0f";
    private const string OtherKey = "0f0e0d0c0b0a09080706050403020100";

    /// <summary>Media that those without the key are sent before it is said that they see nothing.</summary>
    private const long UnseenBytesMin = 50_000;

    /// <summary>Key frames asked for, each half a second after the last, before it is said that none is seen to come.</summary>
    private const int AskedInVainMin = 6;

    private const int Width = 640;

    [Theory]
    [InlineData("VP8", null)]
    [InlineData("VP9", "L1T2")]
    public async Task Simulcast_AtAnotherPop_IsSeenInTheWantedLayerAndWithTheKeyAlone(
        string codec,
        string? mode
    )
    {
        await using var pops = await PopsLab.StartAsync(2, "e1", "c1");
        var (here, there) = (pops.Pops[0].Control("c1").Url, pops.Pops[1].Control("c1").Url);
        await using var publisher = await VideoPage.OpenAsync(lab.Publisher, here);
        await using var viewer = await VideoPage.OpenAsync(lab.Viewer, there);
        await using var stranger = await VideoPage.OpenAsync(lab.Viewer, there);
        await using var keyless = await VideoPage.OpenAsync(lab.Viewer, there);
        await publisher.PushAsync(Sealed(codec, mode) with { IsFlagged = true });
        var session = await publisher.SessionAsync();
        await viewer.PullAsync(session, "h", Key);
        await stranger.PullAsync(session, "h", OtherKey);
        await keyless.PullAsync(session, "h");

        Assert.True(await viewer.IsToldEncryptedAsync());
        await ExpectAsync(viewer, "h");
        await viewer.PreferAsync("q");
        await ExpectAsync(viewer, "q");
        await viewer.PreferAsync("h");
        await ExpectAsync(viewer, "h");

        foreach (var other in (VideoPage[])[stranger, keyless])
        {
            var sent = await other.Log.UntilAsync(
                "is sent it",
                seen => seen.Bytes > UnseenBytesMin
            );
            Assert.Equal(0, sent.Frames);
            Assert.Null(await other.ColoursAsync());
        }
    }

    /// <summary>The same without the flag. In VP8 whether a frame is a key frame stands in its first byte, and there no
    /// frame looks like one: who comes waits at either PoP, and key frames that the publisher is asked for are
    /// not seen to come. In VP9 it stands before the frame (RFC 9628 §4.2), where it can be read.</summary>
    [Theory]
    [InlineData("VP8", null, false)]
    [InlineData("VP9", "L1T2", true)]
    public async Task Simulcast_NotSaidToBeEncrypted_IsSentWhereKeyFramesStandBeforeTheFrame(
        string codec,
        string? mode,
        bool isSent
    )
    {
        await using var pops = await PopsLab.StartAsync(2, "e1", "c1");
        var (here, there) = (pops.Pops[0].Control("c1").Url, pops.Pops[1].Control("c1").Url);
        await using var publisher = await VideoPage.OpenAsync(lab.Publisher, here);
        await using var near = await VideoPage.OpenAsync(lab.Viewer, here);
        await using var far = await VideoPage.OpenAsync(lab.Viewer, there);
        await publisher.PushAsync(Sealed(codec, mode));
        var session = await publisher.SessionAsync();
        VideoPage[] viewers = [near, far];
        foreach (var viewer in viewers)
        {
            await viewer.PullAsync(session, "h", Key);
            Assert.False(await viewer.IsToldEncryptedAsync());
        }

        if (isSent)
        {
            await ExpectAsync(near, "h");
            await ExpectAsync(far, "h");
            return;
        }

        var before = await publisher.SentAsync();
        await Patience.UntilAsync(
            "key frames are asked for again and again, and sent",
            publisher.SentAsync,
            sent =>
                sent.Asked >= before.Asked + AskedInVainMin
                && sent.KeyFrames >= before.KeyFrames + 2
        );
        foreach (var viewer in viewers)
        {
            Assert.Equal(0, (await viewer.Log.LastAsync())?.Bytes ?? 0);
            Assert.Null(await viewer.ColoursAsync());
        }
    }

    /// <summary>What would have to be read here is refused, and only where it is said that it cannot be.</summary>
    [Fact]
    public async Task RedundantSound_RefusedByNameWithTheFlagAlone()
    {
        await using var page = await SoundPage.OpenAsync(lab.Publisher, lab.Control.Url);
        await using var other = await SoundPage.OpenAsync(lab.Publisher, lab.Control.Url);
        Assert.StartsWith(
            "e2ee: the section prefers redundant sound",
            await page.PushAsync(prefersRed: true, isFlagged: true),
            StringComparison.Ordinal
        );
        Assert.Null(await other.PushAsync(prefersRed: true));
    }

    private static VideoPush Sealed(string codec, string? mode) =>
        new()
        {
            Codec = codec,
            Width = Width,
            Height = 360,
            FramesPerSecond = 15,
            Encodings =
            [
                new VideoEncoding("q", 2, 150_000, mode),
                new VideoEncoding("h", 1, 500_000, mode),
            ],
            Key = Key,
        };

    /// <summary>Waits until a layer is seen, as it was drawn, and moves on.</summary>
    private static async Task ExpectAsync(VideoPage viewer, string rid)
    {
        var width = rid is "h" ? Width : Width / 2;
        var first = await viewer.Log.UntilAsync($"layer {rid}", seen => seen.Width == width);
        await viewer.Log.UntilAsync("it moves on", seen => seen.Frames >= first.Frames + 10);
        await Patience.UntilAsync(
            "the picture that was drawn",
            viewer.ColoursAsync,
            colours => colours is "green red"
        );
        await Patience.UntilAsync(
            "the server says that this is the layer",
            viewer.LayersAsync,
            layers => layers is [.., var last] && string.Equals(last, rid, StringComparison.Ordinal)
        );
    }
}
