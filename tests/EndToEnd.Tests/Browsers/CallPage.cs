using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Edge.Processes;

namespace EndToEnd.Tests.Browsers;

/// <summary>The page of a call in a browser: what a person does there, and what is to be seen.</summary>
internal sealed class CallPage(IScriptedPage page, string name) : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Unless the link says otherwise, small and slow pictures: four browsers that encode and decode share two cores.</summary>
    private const string Picture = "&size=320x180&fps=10";

    /// <summary>The page.</summary>
    public IScriptedPage Page => page;

    /// <summary>The person's name.</summary>
    public string Name => name;

    /// <summary>Lets the console make a call: its link, and the line for other pages.</summary>
    public static async Task<(string Link, string Line)> InviteAsync(
        IScriptedPage page,
        Uri server,
        string room
    )
    {
        await ConsolePage.OpenAsync(page, server, $"call={room}");
        await page.ClickAsync("call-button");
        await Patience.UntilAsync(
            "a link",
            () => page.EvaluateAsync("document.getElementById('call-share').hidden"),
            isHidden => isHidden is "false"
        );
        return (await ValueAsync("call-link"), await ValueAsync("call-embed"));

        async Task<string> ValueAsync(string id) =>
            JsonSerializer.Deserialize<string>(
                await page.EvaluateAsync($"document.getElementById('{id}').value")
            )!;
    }

    /// <summary>Makes the link of a call, as the console does.</summary>
    public static async Task<string> InviteAsync(Uri server, string room)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(server, $"v1/apps/{ControlProcess.App}/tokens")
        );
        request.Headers.Authorization = new("Bearer", ControlProcess.Secret);
        request.Content = new StringContent(
            $$"""{"ttl":3600,"group":"{{room}}","invite":true,"publish":["cam","mic","screen","screen-audio","chat"],"pull":true}""",
            Encoding.UTF8,
            new MediaTypeHeaderValue("application/json")
        );
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        using var document = JsonDocument.Parse(text);
        var token = document.RootElement.GetProperty("token").GetString();
        return new Uri(server, $"call#app={ControlProcess.App}&token={token}").ToString();
    }

    /// <summary>Opens a link in a page of its own and joins.</summary>
    public static async Task<CallPage> JoinAsync(Chromium browser, string link, string name) =>
        await JoinAsync(await browser.NewPageAsync(), link, name);

    /// <summary>Opens a link and joins.</summary>
    public static async Task<CallPage> JoinAsync(IScriptedPage page, string link, string name)
    {
        var call = new CallPage(page, name);
        var picture = link.Contains("&size=", StringComparison.Ordinal) ? "" : Picture;
        await page.GoAsync(new Uri($"{link}&name={Uri.EscapeDataString(name)}{picture}"));
        await call.UntilAsync("the lobby", state => state.View is "lobby");
        await call.JoinAsync();
        return call;
    }

    /// <summary>Leaves the lobby for the call, and waits until media can flow.</summary>
    public async Task JoinAsync()
    {
        await page.ClickAsync("join-button");
        await UntilAsync("the call is live", state => state.State is "live");
    }

    /// <summary>Presses a button below the call: mic, camera, screen, chat, share or leave.</summary>
    public Task PressAsync(string does) => page.ClickAsync($"{does}-button");

    /// <summary>Writes to the others.</summary>
    public async Task WriteAsync(string text)
    {
        await UntilAsync("it can write", state => state.IsChatOpen);
        if (await page.EvaluateAsync("document.getElementById('chat').hidden") is "true")
        {
            await PressAsync("chat");
        }

        var quoted = JsonSerializer.Serialize(text);
        await page.EvaluateAsync($"document.getElementById('chat-text').value = {quoted}");
        await page.ClickAsync("send-button");
    }

    /// <summary>What is to be seen now.</summary>
    public async Task<CallState> StateAsync() =>
        JsonSerializer.Deserialize<CallState>(
            await page.EvaluateAsync("window.edgeCall?.snapshot()"),
            Json
        ) ?? new CallState("", "", "", "", false, [], []);

    /// <summary>How much sound of each other person came: the sum of its energy.</summary>
    public async Task<IReadOnlyList<double>> SoundAsync() =>
        JsonSerializer.Deserialize<IReadOnlyList<double>>(
            await page.EvaluateAsync(
                """
                (async () => {
                  const { call } = edgeCall;
                  const energies = call.others.map(async ({ sessionId }) => {
                    const report = await call.receiver(sessionId, "mic")?.getStats();
                    return [...(report?.values() ?? [])].reduce((sum, entry) =>
                      entry.type === "inbound-rtp" ? sum + (entry.totalAudioEnergy ?? 0) : sum, 0);
                  });
                  return Promise.all(energies);
                })()
                """
            ),
            Json
        )!;

    /// <summary>How many pictures of each camera were encoded and decoded so far; tiles count those that were painted.</summary>
    public async Task<CallPictures> PicturesAsync() =>
        JsonSerializer.Deserialize<CallPictures>(
            await page.EvaluateAsync(
                """
                (async () => {
                  const { call } = edgeCall;
                  const all = [...((await call.session?.peer.getStats())?.values() ?? [])];
                  const streams = (type) => all.filter((each) => each.type === type && each.kind === "video");
                  const decoded = new Map(streams("inbound-rtp").map(
                    ({ trackIdentifier, framesDecoded }) => [trackIdentifier, framesDecoded]));
                  return {
                    at: performance.timeOrigin + performance.now(),
                    encoded: Math.max(0, ...streams("outbound-rtp").map(({ framesEncoded }) => framesEncoded ?? 0)),
                    decoded: Object.fromEntries(call.others.map(({ sessionId, name }) => [
                      name, decoded.get(call.receiver(sessionId, "cam")?.track.id) ?? 0])),
                  };
                })()
                """
            ),
            Json
        )!;

    /// <summary>Waits until what is to be seen is as expected. What ended for good ends the wait.</summary>
    public Task<CallState> UntilAsync(string expectation, Func<CallState, bool> isEnough) =>
        Patience.UntilAsync(
            $"{name}: {expectation}",
            StateAsync,
            state =>
                isEnough(state)
                || (
                    state.State is "failed"
                        ? throw new InvalidOperationException($"{name}: {state.Message}")
                        : false
                )
        );

    /// <summary>Waits until another person's tile is as expected.</summary>
    public Task UntilAsync(string other, string expectation, Func<CallTile, bool> isEnough) =>
        UntilAsync(
            $"{other} {expectation}",
            state => state.Of(other) is { } tile && isEnough(tile)
        );

    /// <summary>Waits until so many people are to be seen and move on.</summary>
    public Task ExpectPeopleAsync(int people)
    {
        // Whoever comes back has another session, and so another tile.
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        return UntilAsync(
            $"{people} people who move",
            state =>
            {
                foreach (var tile in state.Tiles)
                {
                    first.TryAdd(tile.Key, tile.Frames);
                }

                return state.Sees(people)
                    && state.Tiles.All(tile => tile.Frames > first[tile.Key] + 5);
            }
        );
    }

    /// <summary>Waits until every other one is heard.</summary>
    public Task ExpectSoundAsync(int others) =>
        Patience.UntilAsync(
            $"{name} hears {others}",
            SoundAsync,
            energies => energies.Count == others && energies.All(energy => energy > 0)
        );

    /// <summary>Closes the page, where it is not a browser's only one.</summary>
    public ValueTask DisposeAsync() =>
        page is IAsyncDisposable and not Firefox
            ? ((IAsyncDisposable)page).DisposeAsync()
            : ValueTask.CompletedTask;
}
