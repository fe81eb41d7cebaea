using System.Text.Json;

namespace EndToEnd.Tests.Browsers;

/// <summary>A page with a session of the session API for sound alone: an oscillator whose loudness a test turns, and
/// what is pulled of others.</summary>
internal sealed class SoundPage : IAsyncDisposable
{
    private readonly ChromiumPage _page;

    private SoundPage(ChromiumPage page) => _page = page;

    /// <summary>Opens the server's console, for its origin only, and makes a session in it.</summary>
    public static async Task<SoundPage> OpenAsync(Chromium browser, Uri server)
    {
        var page = await browser.NewPageAsync();
        await page.GoAsync(server);
        // Browsers make sound only after a person has done something.
        await page.Page.Mouse.ClickAsync(1, 1);
        await page.EvaluateAsync(SessionScript.Open);
        return new SoundPage(page);
    }

    /// <summary>The session.</summary>
    public async Task<string> SessionAsync() =>
        JsonSerializer.Deserialize<string>(await _page.EvaluateAsync("session"))!;

    /// <summary>Publishes the oscillator, silent at first, as "mic".</summary>
    /// <param name="prefersRed">Whether redundant packets (RFC 2198) are preferred.</param>
    /// <param name="isFlagged">Whether it is said to be encrypted from end to end.</param>
    /// <returns>Why it was refused; null when it was not.</returns>
    public async Task<string?> PushAsync(bool prefersRed, bool isFlagged = false) =>
        JsonSerializer.Deserialize<string?>(
            await _page.EvaluateAsync(
                $$"""
                (async () => {
                  const context = new AudioContext();
                  const oscillator = new OscillatorNode(context, { frequency: 440 });
                  window.gain = new GainNode(context, { gain: 0 });
                  const sink = new MediaStreamAudioDestinationNode(context);
                  oscillator.connect(gain).connect(sink);
                  oscillator.start();
                  await context.resume();
                  const transceiver = pc.addTransceiver(
                    sink.stream.getAudioTracks()[0], { direction: "sendonly" });
                  if ({{(prefersRed ? "true" : "false")}}) {
                    const { codecs } = RTCRtpSender.getCapabilities("audio");
                    const isRed = ({ mimeType }) => mimeType === "audio/red";
                    transceiver.setCodecPreferences(
                      [...codecs.filter(isRed), ...codecs.filter((codec) => !isRed(codec))]);
                  }
                  await pc.setLocalDescription();
                  const answer = await call("POST", session + "/tracks/new", {
                    sessionDescription: pc.localDescription,
                    tracks: [{
                      location: "local", mid: transceiver.mid, trackName: "mic",
                      e2ee: {{(isFlagged ? "true" : "false")}} }] });
                  await pc.setRemoteDescription(answer.sessionDescription);
                  return answer.tracks[0].errorDescription;
                })()
                """
            )
        );

    /// <summary>Makes the oscillator as loud as this; 0 is silence.</summary>
    public Task SoundAsync(double gain) =>
        _page.EvaluateAsync(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"void (gain.gain.value = {gain})"
            )
        );

    /// <summary>Pulls the "mic" of another session.</summary>
    /// <param name="from">The session.</param>
    /// <param name="takesRed">Whether redundant packets are decoded.</param>
    public Task PullAsync(string from, bool takesRed = true) =>
        _page.EvaluateAsync(
            $$"""
            (async () => {
              const pulled = await call("POST", session + "/tracks/new", {
                tracks: [{ location: "remote", sessionId: "{{from}}", trackName: "mic" }] });
              await pc.setRemoteDescription(pulled.sessionDescription);
              if (!{{(takesRed ? "true" : "false")}}) {
                const { codecs } = RTCRtpReceiver.getCapabilities("audio");
                pc.getTransceivers().at(-1).setCodecPreferences(
                  codecs.filter(({ mimeType }) => mimeType !== "audio/red"));
              }
              await pc.setLocalDescription();
              await call("PUT", session + "/renegotiate", {
                sessionDescription: pc.localDescription });
              const audio = new Audio();
              audio.srcObject = new MediaStream([pc.getReceivers().at(-1).track]);
              void audio.play();
            })()
            """
        );

    /// <summary>Which sessions speak, as it was last told, the dominant one first; null before the first word.</summary>
    public async Task<string?> SpeakersAsync() =>
        JsonSerializer.Deserialize<string?>(
            await _page.EvaluateAsync(
                "events.findLast(({ type }) => type === 'speakers.active')?.speakers"
                    + ".map(({ publisherSessionId }) => publisherSessionId).join(' ')"
            )
        );

    /// <summary>How the first pulled track does; null while nothing came.</summary>
    public async Task<Sound?> LookAsync() =>
        JsonSerializer.Deserialize<Sound?>(
            await _page.EvaluateAsync(
                """
                (async () => {
                  const sound = [...(await pc.getStats()).values()].find(({ type }) => type === "inbound-rtp");
                  return sound && {
                    Energy: sound.totalAudioEnergy ?? 0,
                    Samples: sound.totalSamplesReceived ?? 0,
                    Concealed: sound.concealedSamples ?? 0,
                    Lost: sound.packetsLost ?? 0,
                    PacketBytes: sound.packetsReceived ? sound.bytesReceived / sound.packetsReceived : 0,
                  };
                })()
                """
            )
        );

    public ValueTask DisposeAsync() => _page.DisposeAsync();

    /// <summary>A stream of sound as the browser counts it: what was heard of it, what had to be made up, and
    /// how long its packets' payloads are on average.</summary>
    internal sealed record Sound(
        double Energy,
        long Samples,
        long Concealed,
        long Lost,
        double PacketBytes
    );
}
