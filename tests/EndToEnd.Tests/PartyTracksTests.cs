using Edge.Processes;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;

namespace EndToEnd.Tests;

/// <summary>Cloudflare's own client, unmodified, against this server: only its base URL is ours.</summary>
[Collection(LabCollection.Name)]
[Trait("Category", "Browser")]
public sealed class PartyTracksTests(Lab lab)
{
    private const string Camera = "{ video: { width: 640, height: 360 } }";
    private const string Microphone = "{ audio: true }";

    private const string TwoLayers = """
        [{ rid: "a", maxBitrate: 800000 },
         { rid: "b", maxBitrate: 200000, scaleResolutionDownBy: 2 }]
        """;

    // Without a mode Chromium sends VP9 and AV1 as one scalable stream.
    private const string TwoStreams = """
        [{ rid: "a", maxBitrate: 800000, scalabilityMode: "L1T2" },
         { rid: "b", maxBitrate: 200000, scaleResolutionDownBy: 2, scalabilityMode: "L1T2" }]
        """;

    private const int Toggles = 4;
    private const int Many = 40;

    [Fact]
    public async Task PushAndPull_BothWays_PicturesPlay()
    {
        await using var first = await PartyTracksPage.OpenAsync(lab.Publisher, lab.Control.Url);
        await using var second = await PartyTracksPage.OpenAsync(lab.Viewer, lab.Control.Url);

        var camera = await first.PushAsync("cam", Camera);
        var microphone = await first.PushAsync("mic", Microphone);
        await second.PullAsync("cam", camera);
        await second.PullAsync("mic", microphone);
        await second.ExpectPicturesAsync("cam", 30);

        var back = await second.PushAsync("cam", Camera);
        await first.PullAsync("cam", back);
        await first.ExpectPicturesAsync("cam", 30);
        await second.ExpectPicturesAsync("cam", 30);
        Assert.Equal((1, 1), (await first.SessionsAsync(), await second.SessionsAsync()));
    }

    /// <summary>Each time Chromium makes another transceiver, and when the first section ends even another
    /// transport; the other direction plays on, and sections are used again.</summary>
    [Fact]
    public async Task Push_CameraToggled_SectionsAreUsedAgainAndTheRestPlaysOn()
    {
        await using var first = await PartyTracksPage.OpenAsync(lab.Publisher, lab.Control.Url);
        await using var second = await PartyTracksPage.OpenAsync(lab.Viewer, lab.Control.Url);
        var camera = await first.PushAsync("cam", Camera);
        await first.PullAsync("back", await second.PushAsync("cam", Camera));
        await second.PullAsync("cam", camera);
        var sections = 0;
        for (var toggle = 0; toggle < Toggles; toggle++)
        {
            await second.ExpectPicturesAsync("cam", 10);
            await first.UnpushAsync("cam");
            await second.UnpullAsync("cam");
            camera = await first.PushAsync("cam", Camera);
            await second.PullAsync("cam", camera);
            await first.ExpectPicturesAsync("back", 10);
            sections = toggle == 0 ? await second.SectionsAsync() : sections;
        }

        await second.ExpectPicturesAsync("cam", 10);
        // Those of the first toggle or one more: a pull may come before the close before it.
        Assert.InRange(await second.SectionsAsync(), 2, sections + 1);
        Assert.Equal((1, 1), (await first.SessionsAsync(), await second.SessionsAsync()));
    }

    /// <summary>The client asks for up to 32 tracks at a time: more are several requests, in a queue.</summary>
    [Fact]
    public async Task PushAndPull_MoreThanABatch_AllPlay()
    {
        await using var first = await PartyTracksPage.OpenAsync(lab.Publisher, lab.Control.Url);
        await using var second = await PartyTracksPage.OpenAsync(lab.Viewer, lab.Control.Url);

        var tracks = await first.PushManyAsync(Many);
        await second.PullManyAsync(tracks, Many);

        Assert.True(await first.BatchesAsync() >= 2);
        Assert.True(await second.BatchesAsync() >= 2);
        Assert.Equal((1, 1), (await first.SessionsAsync(), await second.SessionsAsync()));
    }

    [Theory]
    [InlineData("VP8", TwoLayers)]
    [InlineData("H264", TwoLayers)]
    [InlineData("VP9", TwoStreams)]
    [InlineData("AV1", TwoStreams)]
    public async Task Pull_LayerChosenByHand_IsTheOneShown(string codec, string layers)
    {
        await using var first = await PartyTracksPage.OpenAsync(
            lab.Publisher,
            lab.Control.Url,
            codec
        );
        await using var second = await PartyTracksPage.OpenAsync(lab.Viewer, lab.Control.Url);
        var camera = await first.PushAsync("cam", Camera, layers);

        await second.PullAsync("cam", camera, preferredRid: "b");
        await second.ExpectWidthAsync("cam", 320);
        await second.PreferAsync("cam", "a");
        await second.ExpectWidthAsync("cam", 640);
        await second.PreferAsync("cam", "b");
        await second.ExpectWidthAsync("cam", 320);
        await second.ExpectPicturesAsync("cam", 10);
        Assert.Equal($"video/{codec}", await second.CodecAsync());
    }

    /// <summary>The client finds that its connection is gone, makes another session, pushes and pulls again.</summary>
    [Fact]
    public async Task Server_KilledAndStartedAgain_ClientRecoversByItself()
    {
        var server = await ControlProcess.StartAsync([]);
        var address = ("EDGE_HTTP", server.Url.Authority);
        try
        {
            await using var page = await PartyTracksPage.OpenAsync(lab.Publisher, server.Url);
            await page.PushAsync("cam", Camera);
            await page.PullPushedAsync("own", "cam");
            await page.ExpectPicturesAsync("own", 10);
            var tracks = await page.TracksAsync("own");

            await server.DisposeAsync();
            server = await ControlProcess.StartAsync([], address);

            await Patience.UntilAsync(
                "another session",
                page.SessionsAsync,
                sessions => sessions >= 2
            );
            await Patience.UntilAsync(
                "the track of the other session",
                () => page.TracksAsync("own"),
                given => given > tracks
            );
            await page.ExpectPicturesAsync("own", 10);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }
}
