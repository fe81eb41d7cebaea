using System.Globalization;

namespace Edge.Load.Recording;

/// <summary>The page that publishes by WHIP as soon as it is open: a picture with a still background, something that
/// moves, and noise everywhere as a camera's sensor makes it; and a voice that comes and goes.</summary>
internal static class RecordPage
{
    /// <summary>What it says its picture's size is, in a second POST after eight seconds: its encoder may have chosen
    /// less.</summary>
    public const string Size = "1280x720";

    private const string RateMark = "RATE";

    /// <summary>The page.</summary>
    /// <param name="bitsPerSecond">Most that the picture has.</param>
    public static string Write(int bitsPerSecond) =>
        Text.Replace(
            RateMark,
            bitsPerSecond.ToString(CultureInfo.InvariantCulture),
            StringComparison.Ordinal
        );

    private const string Text = """
        <!doctype html>
        <title>Publisher</title>
        <script type="module">
          const width = 1280, height = 720, framesPerSecond = 30;
          const canvas = Object.assign(document.createElement("canvas"), { width, height });
          const context = canvas.getContext("2d", { alpha: false });

          const noise = new OffscreenCanvas(width + 64, height + 64);
          const noiseContext = noise.getContext("2d");
          const pixels = noiseContext.createImageData(noise.width, noise.height);
          for (let index = 0; index < pixels.data.length; index += 4) {
            pixels.data.fill(Math.random() * 256, index, index + 3);
            pixels.data[index + 3] = 16;
          }
          noiseContext.putImageData(pixels, 0, 0);

          const room = new OffscreenCanvas(width, height);
          const roomContext = room.getContext("2d");
          for (let index = 0; index < 60; index++) {
            roomContext.fillStyle = `hsl(${index * 47} 30% ${30 + index % 5 * 8}%)`;
            roomContext.fillRect(index * 331 % width, index * 197 % height, 260, 180);
          }

          const draw = (now) => {
            const time = now / 1000;
            context.drawImage(room, 0, 0);
            const x = width / 2 + 90 * Math.sin(time * 1.3), y = height * 0.55 + 25 * Math.sin(time * 2.9);
            context.fillStyle = "#b98";
            context.beginPath();
            context.ellipse(x, y, 130, 180 + 6 * Math.sin(time * 9), 0.15 * Math.sin(time), 0, 7);
            context.fill();
            context.fillStyle = "#346";
            context.fillRect(x - 260, y + 160, 520, 400);
            context.fillStyle = "#fff";
            context.fillRect(x - 60, y - 30, 40, 12 + 8 * Math.sin(time * 3));
            context.fillRect(x + 20, y - 30, 40, 12 + 8 * Math.sin(time * 3));
            context.drawImage(noise, -Math.random() * 64, -Math.random() * 64);
          };

          const audio = new AudioContext();
          const voice = new OscillatorNode(audio, { type: "sawtooth", frequency: 140 });
          const syllables = new OscillatorNode(audio, { frequency: 3.7 });
          const loudness = new GainNode(audio, { gain: 0.15 });
          const depth = new GainNode(audio, { gain: 0.15 });
          const pitch = new OscillatorNode(audio, { frequency: 0.6 });
          const bend = new GainNode(audio, { gain: 40 });
          const filter = new BiquadFilterNode(audio, { type: "bandpass", frequency: 900, Q: 0.7 });
          const sink = audio.createMediaStreamDestination();
          voice.connect(filter).connect(loudness).connect(sink);
          syllables.connect(depth).connect(loudness.gain);
          pitch.connect(bend).connect(voice.frequency);
          for (const node of [voice, syllables, pitch]) node.start();
          await audio.resume();

          const picture = canvas.captureStream(0).getVideoTracks()[0];
          setInterval(() => {
            draw(performance.now());
            picture.requestFrame();
          }, 1000 / framesPerSecond);

          const peer = new RTCPeerConnection();
          peer.addTransceiver(sink.stream.getAudioTracks()[0], { direction: "sendonly" });
          const video = peer.addTransceiver(picture, {
            direction: "sendonly",
            sendEncodings: [{ maxBitrate: RATE, maxFramerate: framesPerSecond }],
          });
          const { codecs } = RTCRtpSender.getCapabilities("video");
          video.setCodecPreferences(
            codecs.filter(({ mimeType }) => ["video/VP8", "video/rtx"].includes(mimeType)));
          const parameters = video.sender.getParameters();
          parameters.degradationPreference = "maintain-framerate-and-resolution";
          await video.sender.setParameters(parameters);
          await peer.setLocalDescription();
          const response = await fetch("whip", {
            method: "POST",
            headers: { "content-type": "application/sdp" },
            body: peer.localDescription.sdp,
          });
          await peer.setRemoteDescription({ type: "answer", sdp: await response.text() });

          setTimeout(async () => {
            const stats = [...(await video.sender.getStats()).values()];
            const { frameWidth, frameHeight } = stats.find(({ type }) => type === "outbound-rtp");
            await fetch("size", { method: "POST", body: `${frameWidth}x${frameHeight}` });
          }, 8000);
        </script>
        """;
}
