using System.Text.Json;
using Edge.Processes;

namespace EndToEnd.Tests.Browsers;

/// <summary>The console in a browser: what a person does there, and what is measured.</summary>
internal sealed class ConsolePage(IScriptedPage page)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Notes every connection that the page makes and every picture that it shows, and reads
    /// the browser's own numbers when asked, not once a second as the page does.</summary>
    private const string Probe = """
        (() => {
          const peers = [];
          const shown = [];
          const Real = window.RTCPeerConnection;
          window.RTCPeerConnection = function (...options) {
            const peer = new Real(...options);
            peers.push(peer);
            return peer;
          };
          window.RTCPeerConnection.prototype = Real.prototype;
          const now = () => performance.timeOrigin + performance.now();
          const video = document.getElementById("watch-video");
          const onFrame = () => {
            shown.push(now());
            video.requestVideoFrameCallback(onFrame);
          };
          video.requestVideoFrameCallback?.(onFrame);
          const best = (streams) => streams.reduce(
            (a, b) => ((b.frameWidth ?? 0) > (a?.frameWidth ?? 0) ? b : a), null);
          window.probe = {
            now,
            shown,
            async read() {
              const all = [];
              (await peers.at(-1)?.getStats())?.forEach((entry) => all.push(entry));
              const of = (type, kind) => all.filter((s) => s.type === type && s.kind === kind);
              const sent = of("outbound-rtp", "video");
              const received = of("inbound-rtp", "video")[0];
              const video = received ?? best(sent);
              const audio = of("inbound-rtp", "audio")[0];
              const chosen = all.find((s) => s.type === "transport")?.selectedCandidatePairId;
              const pair = all.find((s) =>
                s.type === "candidate-pair" && (s.id === chosen || s.selected === true));
              const local = all.find((s) => s.id === pair?.localCandidateId);
              const remote = all.find((s) => s.id === pair?.remoteCandidateId);
              return {
                at: now(),
                sourceWidth: document.getElementById("publish-video").videoWidth,
                peers: peers.length,
                layers: sent.length,
                limitedBy: [...new Set(sent.map((s) => s.qualityLimitationReason))].join(" "),
                width: video?.frameWidth ?? 0,
                height: video?.frameHeight ?? 0,
                codec: all.find((s) => s.id === video?.codecId)?.mimeType?.split("/")[1] ?? "",
                frames: (received ? received.framesDecoded : video?.framesEncoded) ?? 0,
                keyFrames: (received
                  ? received.keyFramesDecoded
                  : Math.max(0, ...sent.map((s) => s.keyFramesEncoded ?? s.framesEncoded ?? 0))) ?? 0,
                audioEnergy: audio?.totalAudioEnergy ?? 0,
                audioPackets: audio?.packetsReceived ?? 0,
                bytes: (received?.bytesReceived ?? 0) + (audio?.bytesReceived ?? 0),
                framesShown: shown.length,
                protocol: local?.protocol ?? "",
                localPort: local?.port ?? 0,
                remoteAddress: remote?.address ?? "",
              };
            },
          };
        })()
        """;

    /// <summary>Opens the console with these parameters, and measures from here on.</summary>
    public static async Task<ConsolePage> OpenAsync(
        IScriptedPage page,
        Uri url,
        string parameters,
        string secret = ControlProcess.Secret
    )
    {
        var fragment = $"#app={ControlProcess.App}&secret={Uri.EscapeDataString(secret)}";
        await page.GoAsync(new Uri(url, $"{fragment}&{parameters}"));
        var console = new ConsolePage(page);
        await Patience.UntilAsync(
            "the console is ready",
            async () =>
                await page.EvaluateAsync("window.edgeConsole?.isReady === true") is "true"
                    ? ""
                    : $"not ready; {page.Troubles}",
            trouble => trouble.Length == 0
        );
        await page.EvaluateAsync(Probe);
        return console;
    }

    /// <summary>Starts to publish, or stops.</summary>
    public Task PressPublishAsync() => page.ClickAsync("publish-button");

    /// <summary>Starts to watch, or stops.</summary>
    public Task PressWatchAsync() => page.ClickAsync("watch-button");

    /// <summary>What the page says about its publisher.</summary>
    public Task<ConsoleState> PublisherAsync() =>
        ReadAsync<ConsoleState>("edgeConsole.snapshot().publish");

    /// <summary>What the page says about its player.</summary>
    public Task<ConsoleState> PlayerAsync() =>
        ReadAsync<ConsoleState>("edgeConsole.snapshot().watch");

    /// <summary>What the browser says about the newest connection.</summary>
    public Task<MediaNumbers> NumbersAsync() => ReadAsync<MediaNumbers>("probe.read()");

    /// <summary>The page's clock: milliseconds since 1970, the same for all pages of a machine.</summary>
    public Task<double> NowAsync() => ReadAsync<double>("probe.now()");

    /// <summary>When the first picture after an instant was shown; null before there is one.</summary>
    public Task<double?> FirstShownAfterAsync(double instant) =>
        ReadAsync<double?>(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"probe.shown.find((at) => at > {instant})"
            )
        );

    /// <summary>Publishes and waits until the server takes it.</summary>
    public async Task PublishAsync()
    {
        await PressPublishAsync();
        await UntilPublisherAsync("live");
    }

    /// <summary>Waits for a state of the publisher.</summary>
    public Task<ConsoleState> UntilPublisherAsync(string state) =>
        Patience.UntilAsync($"the publisher is {state}", PublisherAsync, Is(state));

    /// <summary>Waits for a state of the player.</summary>
    public Task<ConsoleState> UntilPlayerAsync(string state) =>
        Patience.UntilAsync($"the player is {state}", PlayerAsync, Is(state));

    /// <summary>Waits until the browser's numbers are as expected.</summary>
    public Task<MediaNumbers> UntilAsync(string expectation, Func<MediaNumbers, bool> isEnough) =>
        Patience.UntilAsync(expectation, NumbersAsync, isEnough);

    private static Func<ConsoleState, bool> Is(string state) =>
        // A failure ends the wait: nothing comes after it by itself.
        seen =>
            string.Equals(seen.State, state, StringComparison.Ordinal)
            || (seen.State is "failed" ? throw new InvalidOperationException(seen.Message) : false);

    private async Task<T> ReadAsync<T>(string expression) =>
        JsonSerializer.Deserialize<T>(await page.EvaluateAsync(expression), Json)!;
}
