using System.Text.Json;
using Edge.Processes;
using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Microsoft.Playwright;

namespace EndToEnd.Tests;

/// <summary>How people come into a call, and what keeps them out or brings them back.</summary>
[Collection(LabCollection.Name)]
[Trait("Category", "Browser")]
public sealed class CallLinkTests(Lab lab)
{
    /// <summary>A name of this machine that is another origin than its address, and as secure.</summary>
    private static readonly Uri OtherOrigin = new("http://embedder.localhost/");

    /// <summary>The operator's way: the console makes the link, and the link holds no secret.</summary>
    [Fact]
    public async Task Console_MakesALink_ThatOpensTheCall()
    {
        await using var tab = await lab.Publisher.NewPageAsync();
        var room = lab.NewStream();
        var (link, _) = await CallPage.InviteAsync(tab, lab.Control.Url, room);
        await Assertions.Expect(tab.Page.Locator("#call-open")).ToBeFocusedAsync();
        Assert.DoesNotContain(ControlProcess.Secret, link, StringComparison.Ordinal);

        await using var page = await lab.Publisher.NewPageAsync();
        var ann = await CallPage.JoinAsync(page, link, "Ann");
        await ann.ExpectPeopleAsync(1);
        await Assertions.Expect(page.Page.Locator("#room-name")).ToHaveTextAsync(room);
        await ann.PressAsync("share");
        await Assertions.Expect(page.Page.Locator("#call-link")).ToHaveValueAsync(link);
    }

    [Fact]
    public async Task Console_WrongSecret_SaysSo()
    {
        await using var tab = await lab.Publisher.NewPageAsync();
        await ConsolePage.OpenAsync(tab, lab.Control.Url, "call=room", secret: "not-the-secret");
        await tab.Page.ClickAsync("#call-button");
        await Assertions.Expect(tab.Page.Locator("#call-message")).ToContainTextAsync("secret");
    }

    /// <summary>One line in somebody else's page: the very line that the console offers.</summary>
    [Fact]
    public async Task Frame_InAPageOfAnotherOrigin_SeesAndIsSeen()
    {
        await using var tab = await lab.Publisher.NewPageAsync();
        var (link, line) = await CallPage.InviteAsync(tab, lab.Control.Url, lab.NewStream());
        var small = line.Replace(
            "\" allow",
            "&amp;name=Ann&amp;size=320x180&amp;fps=10\" allow",
            StringComparison.Ordinal
        );
        await tab.Page.RouteAsync(
            OtherOrigin.ToString(),
            route =>
                route.FulfillAsync(
                    new RouteFulfillOptions
                    {
                        ContentType = "text/html",
                        Body = $"<!doctype html><title>Mine</title>{small}",
                    }
                )
        );
        // A page that was made up came from no address: it counts as one of the internet, which asks before
        // it frames something of this machine.
        await tab.Page.Context.GrantPermissionsAsync([
            "local-network-access",
            "camera",
            "microphone",
        ]);
        await tab.GoAsync(OtherOrigin);
        var frame = tab.Page.FrameLocator("iframe");
        await frame.Locator("#join-button").ClickAsync();

        await using var bob = await CallPage.JoinAsync(lab.Viewer, link, "Bob");
        await bob.UntilAsync("Ann", "is seen", tile => tile is { Frames: > 5, IsMuted: false });
        await bob.ExpectSoundAsync(1);
        var inFrame = tab.Page.Frames.Single(each => each.ParentFrame is not null);
        await Patience.UntilAsync(
            "the frame sees Bob",
            () =>
                inFrame.EvaluateAsync<int>(
                    "edgeCall.snapshot().tiles.find((tile) => tile.name === 'Bob')?.frames ?? 0"
                ),
            frames => frames > 5
        );
    }

    [Fact]
    public async Task Link_WithoutItsToken_SaysSo()
    {
        await using var tab = await lab.Viewer.NewPageAsync();
        await tab.GoAsync(new Uri(lab.Control.Url, "call#app=tests"));
        await Assertions
            .Expect(tab.Page.Locator("#ended-title"))
            .ToHaveTextAsync("This link does not open a call");
        await Assertions
            .Expect(tab.Page.Locator("#ended-text"))
            .ToContainTextAsync("not a whole invitation");
    }

    /// <summary>Taking the link back ends what was made with it: who comes is refused, who is there is told.</summary>
    [Fact]
    public async Task Link_TakenBack_SaysSoToAll()
    {
        var link = await CallPage.InviteAsync(lab.Control.Url, lab.NewStream());
        await using var page = await lab.Publisher.NewPageAsync();
        var ann = await CallPage.JoinAsync(page, link, "Ann");
        await RevokeAsync(link);

        await using var tab = await lab.Viewer.NewPageAsync();
        await tab.GoAsync(new Uri(link));
        await Assertions.Expect(tab.Page.Locator("#ended-text")).ToContainTextAsync("revoked");
        // At the next look at who is there.
        await ann.Page.EvaluateAsync("edgeCall.call.roster.look(0)");
        await Assertions.Expect(page.Page.Locator("#ended-text")).ToContainTextAsync("revoked");
    }

    /// <summary>Everybody's session is gone, and so is the list: each makes another one by itself.</summary>
    [Fact]
    public async Task Server_KilledAndStartedAgain_AllFourComeBackByThemselves()
    {
        var server = await ControlProcess.StartAsync([]);
        var address = ("EDGE_HTTP", server.Url.Authority);
        var pages = new List<CallPage>();
        try
        {
            var link = await CallPage.InviteAsync(server.Url, "room");
            foreach (var name in (string[])["Ann", "Bob", "Cleo", "Dora"])
            {
                var browser = pages.Count % 2 == 0 ? lab.Publisher : lab.Viewer;
                pages.Add(await CallPage.JoinAsync(browser, link, name));
            }

            var before = new List<string>();
            foreach (var page in pages)
            {
                await page.ExpectPeopleAsync(pages.Count);
                before.Add((await page.StateAsync()).SessionId);
            }

            server.Kill();
            await server.DisposeAsync();
            server = await ControlProcess.StartAsync([], address);

            foreach (var page in pages)
            {
                await page.UntilAsync(
                    "another session",
                    state =>
                        state.State is "live"
                        && !before.Contains(state.SessionId, StringComparer.Ordinal)
                );
                await page.ExpectPeopleAsync(pages.Count);
                await page.ExpectSoundAsync(pages.Count - 1);
            }
        }
        finally
        {
            foreach (var page in pages)
            {
                await page.DisposeAsync();
            }

            await server.DisposeAsync();
        }
    }

    private async Task RevokeAsync(string link)
    {
        var payload = link.Split("token=")[1].Split('.')[1].Replace('-', '+').Replace('_', '/');
        var padded = payload.PadRight((payload.Length + 3) / 4 * 4, '=');
        using var claims = JsonDocument.Parse(Convert.FromBase64String(padded));
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(
                lab.Control.Url,
                $"v1/apps/{ControlProcess.App}/tokens/{claims.RootElement.GetProperty("jti").GetString()}/revoke"
            )
        );
        request.Headers.Authorization = new("Bearer", ControlProcess.Secret);
        using var response = await client.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode);
    }
}
