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
    /// <param name="browser">Where.</param>
    /// <param name="server">The server under test.</param>
    /// <param name="codec">What the browser sends video in, as the end of its MIME type; null for what it
    /// likes best. The client knows nothing of it.</param>
    public static async Task<PartyTracksPage> OpenAsync(
        Chromium browser,
        Uri server,
        string? codec = null
    )
    {
        var script = RepositoryRoot.Combine($"{Folder}/node_modules/page.js");
        Programs.Require(script, $"npm ci --prefix {Folder} && npm run --prefix {Folder} bundle");
        var page = await browser.NewPageAsync();
        await page.Page.AddInitScriptAsync(scriptPath: script);
        await page.GoAsync(server);
        if (codec is not null)
        {
            await page.EvaluateAsync(
                $$"""
                (() => {
                  const add = RTCPeerConnection.prototype.addTransceiver;
                  RTCPeerConnection.prototype.addTransceiver = function (track, init) {
                    const transceiver = add.call(this, track, init);
                    if (track.kind === "video") {
                      const { codecs } = RTCRtpSender.getCapabilities("video");
                      transceiver.setCodecPreferences(
                        codecs.filter(({ mimeType }) => /\/({{codec}}|rtx)$/i.test(mimeType)));
                    }
                    return transceiver;
                  };
                })()
                """
            );
        }

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
                .subscribe((data) => {
                  entry.data = data;
                  entry.data$ ??= new partytracks.BehaviorSubject(data);
                  entry.data$.next(data);
                });
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
    public Task PullAsync(string name, string data, string preferredRid = "") =>
        PullFromAsync(name, $"partytracks.of({data})", preferredRid);

    /// <summary>Pulls what the page itself pushes, whatever session that is in.</summary>
    public Task PullPushedAsync(string name, string pushed) =>
        PullFromAsync(name, $"pushed.{pushed}.data$", preferredRid: "");

    /// <summary>How often a pulled track was given anew.</summary>
    public async Task<int> TracksAsync(string name) =>
        JsonSerializer.Deserialize<int>(await _page.EvaluateAsync($"pulled.{name}.tracks"));

    /// <summary>What the pictures of the page's one pulled track are coded in, as a MIME type.</summary>
    public async Task<string> CodecAsync() =>
        JsonSerializer.Deserialize<string>(
            await _page.EvaluateAsync(
                """
                (async () => {
                  const stats = [...(await pc.getStats()).values()];
                  const video = stats.find(({ type, kind }) => type === "inbound-rtp" && kind === "video");
                  return stats.find(({ id }) => id === video.codecId).mimeType;
                })()
                """
            )
        )!;

    /// <summary>Pushes a microphone many times over, all asked for at once, and waits for all.</summary>
    public async Task<string> PushManyAsync(int count)
    {
        await _page.EvaluateAsync(
            $$"""
            (async () => {
              const media = await navigator.mediaDevices.getUserMedia({ audio: true });
              window.many = Array.from({ length: {{count}} }, () => null);
              many.forEach((_, index) => client
                .push(partytracks.of(media.getTracks()[0].clone()))
                .subscribe((data) => { many[index] = data; }));
            })()
            """
        );
        return await Patience.UntilAsync(
            $"{count} tracks are pushed",
            () => _page.EvaluateAsync("many.every((data) => data) && many"),
            data => data is ['[', ..]
        );
    }

    /// <summary>Pulls many tracks, all asked for at once, and waits until packets of each have come.</summary>
    /// <param name="data">What <see cref="PushManyAsync"/> returned.</param>
    /// <param name="count">How many they are.</param>
    public async Task PullManyAsync(string data, int count)
    {
        await _page.EvaluateAsync(
            $"void {data}.forEach((each) => client.pull(partytracks.of(each)).subscribe(() => {{}}))"
        );
        await Patience.UntilAsync(
            $"packets of {count} tracks",
            () =>
                _page.EvaluateAsync(
                    """
                    (async () => [...(await pc.getStats()).values()].filter(({ type, packetsReceived }) =>
                      type === "inbound-rtp" && packetsReceived > 10).length)()
                    """
                ),
            playing => JsonSerializer.Deserialize<int>(playing) == count
        );
    }

    /// <summary>How many requests for tracks the client has made.</summary>
    public async Task<int> BatchesAsync() =>
        JsonSerializer.Deserialize<int>(
            await _page.EvaluateAsync(
                "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/tracks/new')).length"
            )
        );

    private async Task PullFromAsync(string name, string source, string preferredRid)
    {
        await _page.EvaluateAsync(
            $$"""
            (() => {
              const rid = new partytracks.BehaviorSubject("{{preferredRid}}" || undefined);
              const entry = { rid, tracks: 0 };
              pulled.{{name}} = entry;
              entry.subscription = client
                .pull({{source}}, { simulcast: { preferredRid$: rid } })
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
        try
        {
            await Patience.UntilAsync(
                $"{more} pictures of {name}",
                () => PicturesAsync(name),
                shown => shown >= before + more
            );
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message} {await ExplainAsync()}", late);
        }
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

    /// <summary>What the client knows of its connection and of what comes: whether nothing came, or nothing of it could be
    /// shown.</summary>
    private Task<string> ExplainAsync() =>
        _page.EvaluateAsync(
            """
            pc.getStats().then(stats => JSON.stringify({
              connection: pc.connectionState,
              streams: [...stats.values()].filter(each => each.type === "inbound-rtp").map(each => ({
                mid: each.mid, packets: each.packetsReceived, lost: each.packetsLost,
                decoded: each.framesDecoded, keys: each.keyFramesDecoded, dropped: each.framesDropped,
                asked: each.pliCount, last: Date.now() - each.lastPacketReceivedTimestamp })),
            }))
            """
        );

    private static bool IsNull(string json) =>
        string.Equals(json, "null", StringComparison.Ordinal);
}
