// Publishes a source by WHIP.
import { endpointUrl } from "./endpoint.js";
import { keepConnected } from "./session-loop.js";
import { SourceError, openSource } from "./sources.js";
import { StatsReader } from "./stats.js";

// Low to high, as Chromium wants them; full quality last. The rates are those of 1280x720.
//
// Chromium starts a layer when its estimate holds three quarters of the layers below and 1.2 times the
// least rate of the new one (600 kbit/s for 720 lines), but lets the estimate grow to one and a half
// times what is sent only. With less than 1,000 kbit/s in the lower layers, a sender whose first probes
// failed, on a busy machine for one, would never come to the full picture.
const layers = [
  { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 200_000 },
  { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 900_000 },
  { rid: "f", scaleResolutionDownBy: 1, maxBitrate: 2_500_000 },
];
const layersPixels = 1280 * 720;

// Chromium encodes so many layers of a picture of so many pixels, the first ones: of three layers of a
// 640x360 picture the full one would be left out.
const layerCounts = [
  { pixels: 960 * 540, count: 3 },
  { pixels: 480 * 270, count: 2 },
  { pixels: 0, count: 1 },
];

/** One publisher. Fires "change" whenever a property has another value. */
export class Publisher extends EventTarget {
  /** idle, preparing, connecting, waiting, live, reconnecting or failed. */
  state = "idle";
  message = "";
  name = "";
  stats = null;
  stream = null;
  startedAt = 0;

  #source = null;
  #abort = null;
  #reader = null;
  #timer = 0;

  get isRunning() {
    return this.#abort !== null;
  }

  /** Starts; resolves when it has ended. */
  async start({ app, bearer, name, source, codec, simulcast, ...sourceOptions }) {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    this.name = name;
    this.#set("preparing", "");
    try {
      const opened = await openSource(source, {
        ...sourceOptions,
        label: name,
        onAsk: () => this.#set("preparing", "The browser asks for permission…"),
      });
      if (abort.signal.aborted) {
        opened.stop();
        return;
      }
      this.#source = opened;
      this.stream = opened.stream;
      this.#stopWithTrack(abort);
      this.#timer = setInterval(() => this.#readStats(), 1000);
      await keepConnected(
        {
          url: endpointUrl(app, "whip", name),
          bearer,
          prepare: (peer) => addTracks(peer, opened.stream, codec, simulcast),
          onPeer: (peer) => (this.#reader = new StatsReader(peer)),
          onState: (state, message) => this.#set(state, message || opened.notice),
        },
        abort.signal);
      if (this.#abort === abort) {
        this.#finish("idle", "");
      }
    } catch (error) {
      if (this.#abort === abort) {
        this.#finish("failed", toSentence(error));
      }
    }
  }

  /** Stops and lets go of camera and microphone. */
  stop() {
    if (this.#abort) {
      this.#finish("idle", "");
    }
  }

  #finish(state, message) {
    this.#abort?.abort();
    this.#abort = null;
    clearInterval(this.#timer);
    this.#source?.stop();
    this.#source = null;
    this.#reader = null;
    this.stream = null;
    this.stats = null;
    this.#set(state, message);
  }

  #stopWithTrack(abort) {
    for (const track of this.stream.getTracks()) {
      track.addEventListener("ended", () => {
        if (this.#abort === abort && track.kind === "video") {
          this.#finish("idle", "The picture ended: sharing was stopped, or the camera is gone.");
        }
      });
    }
  }

  async #readStats() {
    const reader = this.#reader;
    try {
      const stats = await reader?.readOutbound();
      if (reader && reader === this.#reader) {
        this.stats = stats;
        this.dispatchEvent(new Event("change"));
      }
    } catch {
      // The connection was closed in between.
    }
  }

  #set(state, message) {
    if (state === "live" && this.state !== "live") {
      this.startedAt = performance.now();
    }
    this.state = state;
    this.message = message;
    this.dispatchEvent(new Event("change"));
  }
}

/** Codecs that this browser can send, of those the server passes on. */
export function sendableCodecs() {
  const known = ["VP8", "VP9", "H264", "AV1"];
  const sendable = RTCRtpSender.getCapabilities?.("video")?.codecs ?? [];
  return known.filter((name) => sendable.some((codec) => isCodec(codec, name)));
}

async function addTracks(peer, stream, codec, simulcast) {
  const audio = stream.getAudioTracks()[0];
  const video = stream.getVideoTracks()[0];
  if (audio) {
    peer.addTransceiver(audio, { direction: "sendonly", streams: [stream] });
  }
  const sendEncodings = simulcast ? toEncodings(video.getSettings(), codec) : undefined;
  const transceiver = peer.addTransceiver(video, {
    direction: "sendonly",
    streams: [stream],
    ...(sendEncodings ? { sendEncodings } : {}),
  });
  preferCodec(transceiver, codec);
}

function toEncodings({ width, height }, codec) {
  const pixels = width * height || layersPixels;
  const { count } = layerCounts.find((entry) => pixels >= entry.pixels);
  // A picture of a quarter of the pixels needs about a third of the bits.
  const share = (pixels / layersPixels) ** 0.75;
  return layers.slice(-count).map((layer) => toEncoding(layer, codec, share));
}

function toEncoding(layer, codec, share) {
  // Without a mode Chromium sends VP9 and AV1 as one scalable stream instead of three streams.
  const isScalable = codec === "VP9" || codec === "AV1";
  const maxBitrate = Math.round(layer.maxBitrate * share);
  return { ...layer, maxBitrate, ...(isScalable ? { scalabilityMode: "L1T2" } : {}) };
}

function preferCodec(transceiver, name) {
  const all = RTCRtpSender.getCapabilities?.("video")?.codecs ?? [];
  const wanted = all.filter((codec) => isCodec(codec, name));
  if (!transceiver.setCodecPreferences || wanted.length === 0) {
    return;
  }
  // Packetization mode 1 first: mode 0 has one packet a slice, which few encoders still do.
  wanted.sort((a, b) => modeOf(b) - modeOf(a));
  transceiver.setCodecPreferences([...wanted, ...all.filter((codec) => isCodec(codec, "rtx"))]);
}

function isCodec(codec, name) {
  return codec.mimeType.toLowerCase() === `video/${name.toLowerCase()}`;
}

function modeOf(codec) {
  return codec.sdpFmtpLine?.includes("packetization-mode=1") ? 1 : 0;
}

function toSentence(error) {
  const isKnown = error instanceof SourceError || "isFinal" in error;
  return isKnown ? error.message : `The browser failed: ${error.message}`;
}
