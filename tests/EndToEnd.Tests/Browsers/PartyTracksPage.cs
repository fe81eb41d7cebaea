using System.Text.Json;
using Edge.Processes;
using Edge.Testing;

namespace EndToEnd.Tests.Browsers;

/// <summary>A page in which Cloudflare's own client, partytracks from npm, speaks to the server under test.</summary>
internal sealed class PartyTracksPage : IAsyncDisposable
{
    private const string Folder = "tests/EndToEnd.Tests/partytracks";

    private readonly ChromiumPage _page;

    private PartyTracksPage(ChromiumPage page) => _page = page;

    /// <summary>Opens the server's console, for its origin only, and starts a client in it.</summary>
    public static async Task<PartyTracksPage> OpenAsync(Chromium browser, Uri server)
    {
        var script = RepositoryRoot.Combine($"{Folder}/node_modules/page.js");
        Programs.Require(script, $"npm ci --prefix {Folder} && npm run --prefix {Folder} bundle");
        var page = await browser.NewPageAsync();
        await page.Page.AddInitScriptAsync(scriptPath: script);
        await page.GoAsync(server);
        await page.EvaluateAsync(
            $$"""
            (() => {
              const { PartyTracks, of } = partytracks;
              window.client = new PartyTracks({
                prefix: location.origin + "/v1/apps/{{ControlProcess.App}}",
                headers: new Headers({ Authorization: "Bearer {{ControlProcess.Secret}}" }),
                iceServers: [],
              });
              window.sessions = [];
              client.session$.subscribe((session) => {
                window.pc = session.peerConnection;
                sessions.push(session.sessionId);
              });
              window.pushed = {};
              window.pulled = {};
            })()
            """
        );
        return new PartyTracksPage(page);
    }

    /// <summary>Pushes the fake camera or microphone and waits until the client says it is sent.</summary>
    /// <param name="name">What the test calls it.</param>
    /// <param name="constraints">Of getUserMedia.</param>
    /// <param name="encodings">Simulcast layers; empty for one stream.</param>
    public async Task<string> PushAsync(string name, string constraints, string encodings = "[]")
    {
        await _page.EvaluateAsync(
            $$"""
            (async () => {
              const media = await navigator.mediaDevices.getUserMedia({{constraints}});
              const encodings = {{encodings}};
              const options = encodings.length
                ? { sendEncodings$: partytracks.of(encodings) } : undefined;
              const entry = { media };
              pushed.{{name}} = entry;
              entry.subscription = client
                .push(partytracks.of(media.getTracks()[0]), options)
                .subscribe((data) => { entry.data = data; });
            })()
            """
        );
        return await Patience.UntilAsync(
            $"{name} is pushed",
            () => _page.EvaluateAsync($"pushed.{name}.data"),
            data => !IsNull(data)
        );
    }

    /// <summary>Stops pushing.</summary>
    public Task UnpushAsync(string name) =>
        _page.EvaluateAsync(
            $"(pushed.{name}.subscription.unsubscribe(), pushed.{name}.media.getTracks()[0].stop())"
        );

    /// <summary>Pulls a track into an element of the page and waits until it is there.</summary>
    public async Task PullAsync(string name, string data, string preferredRid = "")
    {
        await _page.EvaluateAsync(
            $$"""
            (() => {
              const rid = new partytracks.BehaviorSubject("{{preferredRid}}" || undefined);
              const entry = { rid, tracks: 0 };
              pulled.{{name}} = entry;
              entry.subscription = client
                .pull(partytracks.of({{data}}), { simulcast: { preferredRid$: rid } })
                .subscribe((track) => {
                  entry.element?.remove();
                  entry.element = document.createElement("video");
                  entry.element.muted = true;
                  entry.element.autoplay = true;
                  entry.element.srcObject = new MediaStream([track]);
                  document.body.append(entry.element);
                  entry.tracks++;
                });
            })()
            """
        );
        await Patience.UntilAsync(
            $"{name} is pulled",
            () => _page.EvaluateAsync($"pulled.{name}.tracks"),
            tracks => !string.Equals(tracks, "0", StringComparison.Ordinal)
        );
    }

    /// <summary>Stops pulling.</summary>
    public Task UnpullAsync(string name) =>
        _page.EvaluateAsync($"pulled.{name}.subscription.unsubscribe()");

    /// <summary>Chooses another layer.</summary>
    public Task PreferAsync(string name, string rid) =>
        _page.EvaluateAsync($"pulled.{name}.rid.next('{rid}')");

    /// <summary>Waits until so many more pictures were shown.</summary>
    public async Task ExpectPicturesAsync(string name, int more)
    {
        var before = await PicturesAsync(name);
        await Patience.UntilAsync(
            $"{more} pictures of {name}",
            () => PicturesAsync(name),
            shown => shown >= before + more
        );
    }

    /// <summary>Waits until the pictures have a width.</summary>
    public Task ExpectWidthAsync(string name, int width) =>
        Patience.UntilAsync(
            $"{name} is {width} wide",
            () => _page.EvaluateAsync($"pulled.{name}.element.videoWidth"),
            shown => JsonSerializer.Deserialize<int>(shown) == width
        );

    /// <summary>How many sessions the client made.</summary>
    public async Task<int> SessionsAsync() =>
        JsonSerializer.Deserialize<int>(await _page.EvaluateAsync("sessions.length"));

    /// <summary>How many m-sections the client's description has.</summary>
    public async Task<int> SectionsAsync() =>
        JsonSerializer.Deserialize<int>(
            await _page.EvaluateAsync("pc.localDescription.sdp.split('\\nm=').length - 1")
        );

    public ValueTask DisposeAsync() => _page.DisposeAsync();

    private async Task<int> PicturesAsync(string name) =>
        JsonSerializer.Deserialize<int>(
            await _page.EvaluateAsync(
                $"pulled.{name}.element.getVideoPlaybackQuality().totalVideoFrames"
            )
        );

    private static bool IsNull(string json) =>
        string.Equals(json, "null", StringComparison.Ordinal);
}
