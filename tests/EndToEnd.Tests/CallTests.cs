using Edge.Processes;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Microsoft.Playwright;

namespace EndToEnd.Tests;

/// <summary>The call as people meet it: who they see, hear and read, and what they switch.</summary>
[Collection(LabCollection.Name)]
[Trait("Category", "Browser")]
public sealed class CallTests(Lab lab)
{
    private const string Ann = "Ann Lee";
    private const string Bob = "Bob";
    private const string Cleo = "Cleo";
    private const string Dora = "Dora";

    [Fact]
    public async Task FourTabs_OneCall_EachSeesHearsAndReadsTheOtherThree()
    {
        var link = await InviteAsync();
        await using var ann = await CallPage.JoinAsync(lab.Publisher, link, Ann);
        await using var bob = await CallPage.JoinAsync(lab.Publisher, link, Bob);
        await using var cleo = await CallPage.JoinAsync(lab.Viewer, link, Cleo);
        await using var dora = await CallPage.JoinAsync(lab.Viewer, link, Dora);
        CallPage[] all = [ann, bob, cleo, dora];
        foreach (var page in all)
        {
            await page.ExpectPeopleAsync(all.Length);
            await page.ExpectSoundAsync(all.Length - 1);
        }

        foreach (var writer in all)
        {
            var text = $"Hello from {writer.Name}";
            await writer.WriteAsync(text);
            foreach (var reader in all)
            {
                var from = reader == writer ? "You" : writer.Name;
                await reader.UntilAsync(
                    $"reads {writer.Name}",
                    state => state.Messages.Contains(new CallMessage(from, text))
                );
            }
        }

        await dora.PressAsync("leave");
        await dora.UntilAsync("left", state => state is { View: "ended", State: "left" });
        foreach (var page in (CallPage[])[ann, bob, cleo])
        {
            await page.UntilAsync("Dora is gone", state => state.Of(Dora) is null);
            await page.ExpectPeopleAsync(3);
        }
    }

    /// <summary>What one switches, the other sees, as often as wanted; sections are used again.</summary>
    [Fact]
    public async Task Switches_MicrophoneCameraScreen_ShowAtTheOther()
    {
        var link = await InviteAsync();
        // In two layers: the browser names them once, and not again when the camera comes back.
        await using var ann = await CallPage.JoinAsync(
            lab.Publisher,
            link + "&size=640x360&fps=10",
            Ann
        );
        await using var bob = await CallPage.JoinAsync(lab.Viewer, link, Bob);
        await bob.ExpectPeopleAsync(2);
        await bob.UntilAsync(Ann, "is heard", tile => !tile.IsMuted);

        await ann.PressAsync("mic");
        await bob.UntilAsync(Ann, "is muted", tile => tile.IsMuted);
        await ann.PressAsync("mic");
        await bob.UntilAsync(Ann, "is heard again", tile => !tile.IsMuted);

        var sections = 0;
        for (var round = 0; round < 3; round++)
        {
            await ann.PressAsync("camera");
            await bob.UntilAsync(Ann, "has no picture", tile => !tile.HasVideo);
            await ann.PressAsync("camera");
            await bob.UntilAsync(Ann, "has a picture", tile => tile is { HasVideo: true });
            await bob.ExpectPeopleAsync(2);
            sections = round == 0 ? await SectionsAsync(bob) : sections;
        }

        Assert.Equal(sections, await SectionsAsync(bob));

        await ann.PressAsync("screen");
        await bob.UntilAsync(
            "a screen",
            state => state.Tiles.Any(tile => tile is { IsScreen: true, Frames: > 5 })
        );
        await ann.PressAsync("screen");
        await bob.ExpectPeopleAsync(2);
    }

    /// <summary>A layer that nobody's tile asks for is not sent; when a tile grows, it comes back.</summary>
    [Fact]
    public async Task Tile_TooSmallForTheBestLayer_TheBestLayerIsNotSent()
    {
        var link = await InviteAsync();
        // In two layers.
        await using var ann = await CallPage.JoinAsync(
            lab.Publisher,
            link + "&size=640x360&fps=10",
            Ann
        );
        // Nobody is there who could watch.
        await ExpectLayersAsync(ann, "q");

        await using var tab = await lab.Viewer.NewPageAsync();
        await tab.Page.SetViewportSizeAsync(500, 400);
        await using var bob = await CallPage.JoinAsync(tab, link, Bob);
        await bob.ExpectPeopleAsync(2);
        // She negotiates to receive him, which makes browsers send all layers again.
        await ann.ExpectPeopleAsync(2);
        await ExpectLayersAsync(ann, "q");

        await tab.Page.SetViewportSizeAsync(1280, 1000);
        await ExpectLayersAsync(ann, "q", "h");
        await bob.UntilAsync(Ann, "is sharp", tile => tile.Width == 640);
    }

    /// <summary>Who comes without a camera or a microphone, or was refused them, is there all the same: it
    /// sees and hears, and the others see that it is there.</summary>
    [Fact]
    public async Task Join_CameraAndMicrophoneRefused_SeesAndIsSeen()
    {
        var link = await InviteAsync();
        await using var ann = await CallPage.JoinAsync(lab.Publisher, link, Ann);
        await using var tab = await lab.Viewer.NewPageAsync();
        await tab.Page.AddInitScriptAsync(
            """
            navigator.mediaDevices.getUserMedia = async () => {
              throw new DOMException("No.", "NotAllowedError");
            };
            """
        );
        await using var bob = new CallPage(tab, Bob);
        await tab.GoAsync(new Uri($"{link}&name={Bob}"));
        await Assertions.Expect(tab.Page.Locator("#lobby-message")).ToContainTextAsync("blocked");
        await Assertions.Expect(tab.Page.Locator("#lobby-who")).ToHaveTextAsync($"{Ann} is here.");
        await bob.JoinAsync();
        await bob.UntilAsync(Ann, "is seen", tile => tile is { Frames: > 5, HasVideo: true });
        await bob.ExpectSoundAsync(1);
        await ann.UntilAsync(Bob, "is there", tile => tile is { HasVideo: false, IsMuted: true });
    }

    /// <summary>The machine came to another network: a new path is found, the session stays.</summary>
    [Fact]
    public async Task Network_Changes_SessionStaysAndPicturesGoOn()
    {
        var link = await InviteAsync();
        await using var ann = await CallPage.JoinAsync(lab.Publisher, link, Ann);
        await using var bob = await CallPage.JoinAsync(lab.Viewer, link, Bob);
        await bob.ExpectPeopleAsync(2);
        var before = await ann.StateAsync();
        var path = await PathAsync(ann);

        await ann.Page.EvaluateAsync("dispatchEvent(new Event('online'))");

        await Patience.UntilAsync(
            "other ICE credentials",
            () => PathAsync(ann),
            now => !string.Equals(now, path, StringComparison.Ordinal)
        );
        await ann.ExpectPeopleAsync(2);
        await bob.ExpectPeopleAsync(2);
        Assert.Equal(before.SessionId, (await ann.StateAsync()).SessionId);
    }

    /// <summary>People of another call of the same app are not there.</summary>
    [Fact]
    public async Task OtherCall_OfTheSameApp_IsNotSeen()
    {
        await using var ann = await CallPage.JoinAsync(lab.Publisher, await InviteAsync(), Ann);
        await using var bob = await CallPage.JoinAsync(lab.Viewer, await InviteAsync(), Bob);
        await ann.ExpectPeopleAsync(1);
        await bob.ExpectPeopleAsync(1);
    }

    private static Task ExpectLayersAsync(CallPage page, params string[] rids) =>
        Patience.UntilAsync(
            $"{page.Name} sends the layers {string.Join(' ', rids)} alone",
            () =>
                page.Page.EvaluateAsync(
                    "edgeCall.call.session.sending.sender('cam').getParameters()"
                        + ".encodings.filter(({ active }) => active).map(({ rid }) => rid).join(' ')"
                ),
            active =>
                string.Equals(active, $"\"{string.Join(' ', rids)}\"", StringComparison.Ordinal)
        );

    private static Task<string> PathAsync(CallPage page) =>
        page.Page.EvaluateAsync(
            "edgeCall.call.session.peer.currentRemoteDescription.sdp.match(/ice-ufrag:(.*)/)[1]"
        );

    private static async Task<int> SectionsAsync(CallPage page) =>
        System.Text.Json.JsonSerializer.Deserialize<int>(
            await page.Page.EvaluateAsync(
                "edgeCall.call.session.peer.localDescription.sdp.split('\\nm=').length - 1"
            )
        );

    private Task<string> InviteAsync() => CallPage.InviteAsync(lab.Control.Url, lab.NewStream());
}
